"""Open answers that need a human: which they are and where each stands."""

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


def answers() -> sa.Select[Any]:
    """Handed-in open answers of the cohorts' learners that need a human; blank ones are marked by rule."""
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
            in_cohorts(sa.bindparam("cohorts", expanding=True)),
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


def within(page: int, rows: int) -> tuple[int, int]:
    """The page that there is for the page asked for, and how many pages so many rows fill."""
    pages = max(-(-rows // PAGE), 1)
    return min(page, pages), pages
