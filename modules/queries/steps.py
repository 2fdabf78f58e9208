"""What the page of one step shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership
from modules.models import Assignment, Module, Sitting, Step
from modules.queries.notices import Notice, notices_of_step
from modules.queries.shapes import ModuleView, StepView
from modules.queries.standing import module_for_viewer
from modules.queries.statements import still_given


@dataclass(frozen=True)
class StepPage:
    """A step in its module, with the step after it."""

    step: StepView
    module: ModuleView
    row: Step
    after: StepView | None
    notices: Sequence[Notice] = ()


def step_page(session: Session, step: Step, person: Any, lang: str, now: datetime) -> StepPage:
    """The step as the person stands in it, with what must be said of it; two statements beside the module."""
    module_row = session.get_one(Module, step.module_id)
    module = module_for_viewer(session, module_row, person, lang, now)
    place = next(index for index, view in enumerate(module.steps) if view.id == step.id)
    rest = (*module.steps[place + 1 :], *module.steps[:place])
    after = next((view for view in rest if view.waits), None)
    notices = notices_of_step(session, person.id, step.id, lang, now)
    return StepPage(module.steps[place], module, step, after, notices)


def sittings(session: Session, step: Step, person: Any) -> list[tuple[Sitting, Cohort]]:
    """The dates of an in-person day for the person's own cohorts that have it (all of them for administrators)."""
    statement = (
        sa.select(Sitting, Cohort)
        .join(Cohort, Cohort.id == Sitting.cohort_id)
        .join(Step, Step.id == Sitting.step_id)
        .join(Assignment, still_given())
        .where(Sitting.step_id == step.id, Sitting.cancelled_at.is_(None))
        .order_by(Sitting.starts_at)
    )
    if not person.is_admin:
        own = sa.exists().where(
            Membership.cohort_id == Cohort.id, Membership.person_id == person.id, Membership.ended_at.is_(None)
        )
        statement = statement.where(own)
    return [(sitting, cohort) for sitting, cohort in session.execute(statement)]
