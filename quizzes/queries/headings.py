"""Where a quiz stands in the cycle, for the head of its pages."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership
from modules.models import Assignment, Module, Step
from modules.queries.titles import Titled


@dataclass(frozen=True, slots=True)
class Heading:
    """The module and the step by their names."""

    step: str
    module: str
    number: str | None
    position: int
    module_title: str
    title: str
    zone: str | None
    archived_at: datetime | None  # Put away, the step or its module: nobody opens it any more.


def heading(session: Session, step_id: int, person_id: int, lang: str) -> Heading:
    """One statement; the zone is that of a cohort in which the person has the module."""
    named = {"step": step_id, "person": person_id, "lang": lang}
    return Heading(*session.execute(_heading(), named).one())


@cache  # Building this statement costs ten times what running it does.
def _heading() -> sa.Select[Any]:
    lang: Any = sa.bindparam("lang")
    module_titled, step_titled = Titled(Module, lang), Titled(Step, lang)
    zone = (
        sa.select(sa.func.min(Cohort.zone))
        .join(Membership, Membership.cohort_id == Cohort.id)
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .where(
            Membership.person_id == sa.bindparam("person"), Membership.ended_at.is_(None),
            Assignment.module_id == Module.id,
        )
        .correlate(Module)
        .scalar_subquery()
    )  # fmt: skip
    statement: Any = (
        sa.select(
            Step.public_id, Module.public_id, Module.number, Module.position,
            module_titled.text(), step_titled.text(), zone,
            sa.func.coalesce(Step.archived_at, Module.archived_at),
        )
        .select_from(Step)
        .join(Module, Module.id == Step.module_id)
        .where(Step.id == sa.bindparam("step"))
    )  # fmt: skip
    return step_titled.join(module_titled.join(statement))
