"""The facts behind a case step, where somebody asks why, and what rules may ask of one."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import lazy, ngettext
from modules.asks import Ask
from modules.cases.queries.steps import contributions
from modules.models import Assignment, Module
from modules.whys import Asked

MOST = 50


def written(session: Session, asked: Asked, step: Any) -> list[str]:
    """How many contributions are in sight."""
    cycle_id = session.scalar(select(Module.cycle_id).where(Module.id == step.module_id))
    cohort_id = asked.cohort.id if asked.cohort is not None else _cohort(session, asked, step.module_id)
    if cycle_id is None or cohort_id is None:
        return []
    count = contributions(session, cycle_id, cohort_id, asked.person_id)
    return [ngettext("%(num)d contribution is in sight.", "%(num)d contributions are in sight.", count)]


def _cohort(session: Session, asked: Asked, module_id: int) -> int | None:
    mine = asked.reader.cohorts_as("learner")
    has = select(Assignment.cohort_id).where(Assignment.module_id == module_id, Assignment.cohort_id.in_(mine))
    return session.scalar(has.order_by(Assignment.id).limit(1))


def _posts(typed: str) -> int:
    posts = int(typed)
    if not 1 <= posts <= MOST:
        raise ValueError(typed)
    return posts


POSTS = Ask(
    "posts", lazy("Contributions in sight"), _posts, str, lazy("Write a number from 1 to 50."), lambda _step: 1
)  # fmt: skip
