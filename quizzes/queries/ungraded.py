"""Answers that wait where nobody can grade them: for administrators, who can name a trainer."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules.models import Assignment, Step
from quizzes.models import Attempt, AttemptItem
from quizzes.queries.desk import State, handed_in, stands_at


@dataclass(frozen=True, slots=True)
class Ungraded:
    """A cohort whose learners wait for a grade that nobody may give."""

    public_id: str
    name: str
    answers: int


def ungraded(session: Session, cohort: Cohort | None = None) -> list[Ungraded]:
    """The cohorts where answers wait without anybody to grade them, or this one if it is such. One statement."""
    statement = _ungraded() if cohort is None else _ungraded().where(Cohort.id == cohort.id)
    return [Ungraded(*row) for row in session.execute(statement)]


@cache
def _ungraded() -> Any:
    waits = aliased(Membership)
    return (
        handed_in()
        .join(waits, waits.person_id == Attempt.person_id)
        .join(Cohort, Cohort.id == waits.cohort_id)
        .join(Assignment, sa.and_(Assignment.cohort_id == Cohort.id, Assignment.module_id == Step.module_id))
        .where(waits.role == Role.LEARNER, waits.ended_at.is_(None), Cohort.archived_at.is_(None))
        .where(stands_at(State.WAITING), ~_has_somebody())
        .with_only_columns(Cohort.public_id, Cohort.name, sa.func.count(AttemptItem.id), maintain_column_froms=True)
        .group_by(Cohort.id, Cohort.public_id, Cohort.name)
        .order_by(Cohort.name, Cohort.id)
    )


def _has_somebody() -> sa.ColumnElement[bool]:
    """Whether somebody else than the learner trains one of the learner's cohorts that have the module."""
    learns, trains, given, cohort = aliased(Membership), aliased(Membership), aliased(Assignment), aliased(Cohort)
    return (
        sa.exists()
        .where(
            learns.person_id == Attempt.person_id, learns.role == Role.LEARNER, learns.ended_at.is_(None),
            given.cohort_id == learns.cohort_id, given.module_id == Step.module_id,
            cohort.id == learns.cohort_id, cohort.archived_at.is_(None),
            trains.cohort_id == learns.cohort_id, trains.role == Role.TRAINER, trains.ended_at.is_(None),
            trains.person_id != Attempt.person_id,
        )
        .correlate(Attempt, Step)
    )  # fmt: skip
