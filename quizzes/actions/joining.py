"""Attempts of two accounts that become one: they are counted on, and each is what it was once the accounts part."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import lazy, number
from app.people.belongings import Held, Union
from quizzes.models import Attempt

ROOM = "quizzes"
_ATTEMPT: Any = Attempt.__table__


def belongings(session: Session, people: Sequence[int]) -> list[Held]:
    """Attempts at quizzes."""
    asked = sa.select(Attempt.person_id, sa.func.count()).where(Attempt.person_id.in_(people))
    found = dict(session.execute(asked.group_by(Attempt.person_id)).all())
    return [Held(lazy("Attempts at quizzes"), {one: number(found.get(one, 0)) for one in people})]


def join(session: Session, union: Union) -> None:
    """Those of the account that goes come after those of the one that stays; none is left out, though there may be
    more than a quiz allows."""
    made = _numbers(session, union.kept_id)
    rows = session.execute(
        sa.select(Attempt.id, Attempt.quiz_id, Attempt.number, Attempt.max_attempts)
        .where(Attempt.person_id == union.gone_id)
        .order_by(Attempt.quiz_id, Attempt.number)
    ).all()
    union.moved[ROOM] = [[row.id, row.number, row.max_attempts] for row in rows]
    for row in rows:
        made[row.quiz_id] = following = made.get(row.quiz_id, 0) + 1
        most = row.max_attempts and max(row.max_attempts, following)
        _write(session, row.id, person_id=union.kept_id, number=following, max_attempts=most)


def part(session: Session, union: Union) -> None:
    """Each attempt is again the one that it was; those that came since close up behind the others."""
    for attempt_id, ordinal, most in union.moved.get(ROOM, []):
        _write(session, attempt_id, person_id=union.gone_id, number=ordinal, max_attempts=most)
    left = sa.select(Attempt.id, Attempt.quiz_id, Attempt.number).where(Attempt.person_id == union.kept_id)
    counted: dict[int, int] = {}
    for row in session.execute(left.order_by(Attempt.quiz_id, Attempt.number)).all():
        counted[row.quiz_id] = following = counted.get(row.quiz_id, 0) + 1
        if row.number != following:
            _write(session, row.id, number=following)


def _numbers(session: Session, person_id: int) -> dict[int, int]:
    asked = sa.select(Attempt.quiz_id, sa.func.max(Attempt.number)).where(Attempt.person_id == person_id)
    return dict(session.execute(asked.group_by(Attempt.quiz_id)).all())


def _write(session: Session, attempt_id: int, **values: Any) -> None:
    session.execute(sa.update(_ATTEMPT).where(_ATTEMPT.c.id == attempt_id).values(**values))
