"""A step goes over to another module with all that was done of it. Flush, never commit."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid
from app.i18n import lazy
from modules import rules
from modules.actions.finishing import settle
from modules.actions.governing import newest_rules
from modules.models import Module, Step


def relocate(session: Session, step: Step, to: Module, *, now: datetime, by: Any) -> None:
    """From now on it stands last in the other module. Facts and completions are of the step and stay; what its old
    module asks of it today is asked there too. Whoever lacked nothing else has finished the old one; who has finished
    the other one already keeps that."""
    session.refresh(step, with_for_update=True)
    if step.module_id == to.id:
        raise Invalid(fields={"module": lazy("The step is in this module already. Choose another one.")})
    if step.archived_at is not None or to.archived_at is not None:
        raise Conflict(lazy("The step or the module was archived meanwhile. Bring it back first."))
    left = step.module_id
    step.share = rules.threshold(newest_rules(session, left, now).terms, step.public_id, step.share)
    last = session.scalar(sa.select(sa.func.max(Step.position)).where(Step.module_id == to.id))
    step.module_id, step.position = to.id, (last or 0) + 1
    step.moved_at, step.moved_by_id = now, by.id
    session.flush()
    settle(session, left, None, now=now)
