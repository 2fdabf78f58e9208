"""Which modules and steps show a recording; archived ones do not count."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from modules.models import Module, Step
from modules.queries.titles import Titled

_LIVE = (Step.archived_at.is_(None), Module.archived_at.is_(None))


def place(recording_id: Any) -> Any:
    """The place of the first module whose step shows the recording, for a statement that names its id."""
    shown = sa.select(sa.func.min(Module.position)).join(Step, Step.module_id == Module.id)
    live = shown.where(Step.recording_id == recording_id, *_LIVE)
    return live.correlate_except(Module, Step).scalar_subquery()


def steps(session: Session, recording_id: int, lang: str) -> Sequence[Any]:
    """Number and title of the module, title and public id of the step, in the order of the cycle."""
    return fetch(session, _steps(), {"recording": recording_id, "lang": lang})


@cache
def _steps() -> Any:
    lang = sa.bindparam("lang", type_=sa.String())
    module, step = Titled(Module, lang), Titled(Step, lang)
    told = (Module.number, module.text().label("module"), step.text().label("step"), Step.public_id)
    asked = step.join(module.join(sa.select(*told).select_from(Step).join(Module, Module.id == Step.module_id)))
    shown = asked.where(Step.recording_id == sa.bindparam("recording"), *_LIVE)
    return shown.order_by(Module.position, Module.id, Step.position, Step.id)
