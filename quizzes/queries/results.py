"""Sums of attempts from the grades that their learner may see."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from quizzes.models import Attempt, AttemptItem, Grade
from quizzes.queries.parts import visible_grade
from quizzes.rules.results import Marked, Result, result


def results(session: Session, attempts: Collection[Attempt]) -> dict[int, Result]:
    """By attempt id; one statement for all."""
    marked: dict[int, list[Marked]] = {attempt.id: [] for attempt in attempts}
    for attempt_id, points, earned in session.execute(_marked(), {"attempts": list(marked)}):
        marked[attempt_id].append(Marked(points, earned))
    return {attempt.id: result(marked[attempt.id], attempt.pass_mark) for attempt in attempts}


@cache
def _marked() -> Any:
    return (
        select(AttemptItem.attempt_id, AttemptItem.points, Grade.points)
        .outerjoin(Grade, visible_grade())
        .where(AttemptItem.attempt_id.in_(bindparam("attempts", expanding=True)))
    )
