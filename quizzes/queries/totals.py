"""How many open answers wait, are graded, are released."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from quizzes.models import Attempt
from quizzes.queries.desk import Desk, State, answers, stands_at

OLD = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many answers, and how many have waited for long."""

    waiting: int
    ready: int
    released: int
    old: int
    oldest: datetime | None

    def of(self, state: State) -> int:
        """How many in that state."""
        return {State.WAITING: self.waiting, State.READY: self.ready, State.RELEASED: self.released}[state]


def totals(session: Session, desk: Desk, now: datetime) -> Totals:
    """Over all questions; one statement."""
    if not desk.cohorts:
        return Totals(0, 0, 0, 0, None)
    row: Any = session.execute(_totals(), desk.asked | {"old": now - OLD}).one()
    return Totals(*row)


def waiting_at(session: Session, desk: Desk) -> int:
    """How many answers wait at a desk."""
    return session.scalar(_waiting(), desk.asked) or 0


@cache
def _totals() -> Any:
    counts = [sa.func.coalesce(sa.func.sum(sa.case((stands_at(state), 1), else_=0)), 0) for state in State]
    old = sa.and_(stands_at(State.WAITING), Attempt.submitted_at < sa.bindparam("old", type_=Attempt.submitted_at.type))
    oldest = sa.func.min(sa.case((stands_at(State.WAITING), Attempt.submitted_at)), type_=Attempt.submitted_at.type)
    return answers().with_only_columns(
        *counts, sa.func.coalesce(sa.func.sum(sa.case((old, 1), else_=0)), 0), oldest, maintain_column_froms=True
    )


@cache
def _waiting() -> Any:
    found = answers().where(stands_at(State.WAITING))
    return found.with_only_columns(sa.func.count(), maintain_column_froms=True)
