"""The answers to one question, by their codes."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import within
from quizzes.models import Attempt, AttemptItem, Grade, Question
from quizzes.queries.desk import PAGE, Desk, Paged, State, answers, stands_at
from quizzes.rules.blind import code

_OLDEST = (Attempt.submitted_at, AttemptItem.id)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer in a list, by its code."""

    attempt: str
    position: int
    submitted_at: datetime
    state: State
    points: float | None
    of: float

    @property
    def code(self) -> str:
        """The blind name."""
        return code(self.attempt, self.position)


@dataclass(frozen=True, slots=True)
class Beside:
    """Where an answer stands among those to its question in the same state; a neighbour is (attempt, position)."""

    number: int
    of: int
    previous: tuple[str, int] | None
    next: tuple[str, int] | None


def by_answer(session: Session, desk: Desk, question: Question, state: State, asked_page: int) -> Paged[AnswerRow]:
    """The answers to one question in that state, the oldest first; two statements."""
    found = answers().where(Question.id == question.id, stands_at(state))
    every: Any = found.with_only_columns(sa.func.count(), maintain_column_froms=True)
    page, pages = within(asked_page, session.scalar(every, desk.asked) or 0, PAGE)
    rows: Any = session.execute(
        found.with_only_columns(
            Attempt.public_id, AttemptItem.position, Attempt.submitted_at, Grade.points, AttemptItem.points,
            maintain_column_froms=True,
        )
        .order_by(*_OLDEST)
        .limit(PAGE)
        .offset((page - 1) * PAGE),
        desk.asked,
    )  # fmt: skip
    found_rows = [AnswerRow(attempt, position, at, state, points, of) for attempt, position, at, points, of in rows]
    return Paged(found_rows, page, pages)


def beside(session: Session, desk: Desk, question: Question, item: AttemptItem, state: State) -> Beside | None:
    """The answers before and after this one in their list; none when it is not in it. One statement."""
    row: Any = session.execute(_beside(state), desk.asked | {"question": question.id, "item": item.id}).one_or_none()
    if row is None:
        return None
    number, of, *both = row
    before, after = both[:2], both[2:]
    return Beside(number, of, (before[0], before[1]) if before[0] else None, (after[0], after[1]) if after[0] else None)


def next_waiting(session: Session, desk: Desk, question: Question, item: AttemptItem) -> tuple[str, int] | None:
    """(attempt, position) of the oldest answer to the question that waits, but for this one."""
    found = (
        answers()
        .where(Question.id == question.id, stands_at(State.WAITING), AttemptItem.id != item.id)
        .with_only_columns(Attempt.public_id, AttemptItem.position, maintain_column_froms=True)
        .order_by(*_OLDEST)
        .limit(1)
    )
    row = session.execute(found, desk.asked).one_or_none()
    return (row[0], row[1]) if row else None


def question_led(session: Session, desk: Desk, public_id: str) -> Question | None:
    """A question that somebody whose answers lie on the desk has answered."""
    found = answers().where(Question.public_id == public_id)
    one = found.with_only_columns(Question, maintain_column_froms=True).limit(1)
    return session.scalar(one, desk.asked)


@cache
def _beside(state: State) -> Any:
    names = (Attempt.public_id, AttemptItem.position)
    columns = [
        sa.func.row_number().over(order_by=_OLDEST), sa.func.count().over(),
        *(sa.func.lag(name).over(order_by=_OLDEST) for name in names),
        *(sa.func.lead(name).over(order_by=_OLDEST) for name in names),
    ]  # fmt: skip
    listed = (
        answers()
        .where(Question.id == sa.bindparam("question"), stands_at(state))
        .with_only_columns(
            AttemptItem.id.label("item_id"), *(column.label(f"c{n}") for n, column in enumerate(columns)),
            maintain_column_froms=True,
        )
        .subquery()
    )  # fmt: skip
    shown = [listed.c[f"c{n}"] for n in range(len(columns))]
    return sa.select(*shown).where(listed.c.item_id == sa.bindparam("item"))
