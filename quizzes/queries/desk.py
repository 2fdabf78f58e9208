"""Open answers that need a human: which they are and where each stands."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from modules.models import Step
from quizzes.models import Attempt, AttemptItem, Grade, Question, QuestionVersion, Quiz
from quizzes.queries.parts import in_cohorts, newest_grade
from quizzes.rules.kinds import Kind

PAGE = 20
Row = TypeVar("Row")


class State(StrEnum):
    """Where an open answer stands."""

    WAITING = "waiting"
    READY = "ready"  # graded, not released
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose answers are shown to whom: learners of these cohorts, but never the trainer's own."""

    cohorts: Collection[int]
    trainer: int

    @property
    def asked(self) -> dict[str, Any]:
        """What every statement from `answers` is told."""
        return {"cohorts": list(self.cohorts), "trainer": self.trainer}


def others() -> sa.ColumnElement[bool]:
    """Whether the Attempt of the statement is by somebody else: nobody grades or releases what is his own."""
    return Attempt.person_id != sa.bindparam("trainer", type_=sa.Integer())


def answers() -> sa.Select[Any]:
    """Those of `handed_in` that are seen at a desk."""
    return handed_in().where(in_cohorts(sa.bindparam("cohorts", expanding=True)), others())


def handed_in() -> sa.Select[Any]:
    """Handed-in open answers that need a human; blank ones are marked by rule."""
    return (
        sa.select(AttemptItem.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Step, Step.id == Quiz.step_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(Grade, newest_grade())
        .where(
            Attempt.submitted_at.is_not(None), QuestionVersion.kind == Kind.OPEN,
            sa.or_(Grade.id.is_(None), Grade.by_id.is_not(None)),
        )
    )  # fmt: skip


def stands_at(state: State) -> sa.ColumnElement[bool]:
    """Whether an answer of the statement is in that state."""
    if state is State.WAITING:
        return Grade.points.is_(None)
    released = Grade.release_id.is_not(None) if state is State.RELEASED else Grade.release_id.is_(None)
    return sa.and_(Grade.points.is_not(None), released)


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """The rows of one page; a page beyond the last one is the last one."""

    rows: list[Row]
    page: int
    pages: int
