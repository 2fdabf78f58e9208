"""For whom a step of a running module is there, and who had done the module without it: for who adds the step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from modules.models import Assignment, ModuleCompletion, Step
from modules.queries.statements import done_by_member


@dataclass(frozen=True, slots=True)
class Reach:
    """The cohorts that have the module, by name where the reader leads them, the number of `others`, and how many of
    all their learners have finished the module, or done all its other steps."""

    cohorts: Sequence[str]
    others: int
    done: int


def reach(session: Session, person: Person, module_id: int, step: Step | None = None) -> Reach | None:
    """The reach without the step; None where no cohort has the module. Two statements."""
    given = (
        sa.select(Cohort.id, Cohort.name)
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .where(Assignment.module_id == module_id, Cohort.archived_at.is_(None))
        .order_by(Cohort.name, Cohort.id)
    )
    cohorts: dict[int, str] = dict(session.execute(given).tuples().all())
    if not cohorts:
        return None
    led = [name for each, name in cohorts.items() if person.is_admin or person.holds(Role.TRAINER, [each])]
    done = _done(session, module_id, step, cohorts) if step else _finished(session, module_id, cohorts)
    return Reach(led, len(cohorts) - len(led), done)


def _finished(session: Session, module_id: int, cohort_ids: Any) -> int:
    learns = (Membership.cohort_id.in_(cohort_ids), Membership.role == Role.LEARNER, Membership.ended_at.is_(None))
    finished = sa.exists().where(
        ModuleCompletion.person_id == Membership.person_id, ModuleCompletion.module_id == module_id,
        ModuleCompletion.ended_at.is_(None),
    ).correlate(Membership)  # fmt: skip
    return session.scalar(sa.select(sa.func.count(Membership.person_id.distinct())).where(*learns, finished)) or 0


def _done(session: Session, module_id: int, step: Step | None, cohort_ids: Any) -> int:
    asked = [Step.module_id == module_id, Step.archived_at.is_(None)]
    asked += [Step.id != step.id] if step else []
    undone = sa.exists().where(*asked, ~done_by_member()).correlate(Membership)
    learns = (Membership.cohort_id.in_(cohort_ids), Membership.role == Role.LEARNER, Membership.ended_at.is_(None))
    people = sa.select(sa.func.count(Membership.person_id.distinct()))
    return session.scalar(people.where(*learns, ~undone, sa.exists().where(*asked))) or 0
