"""Grades that were released to a learner, and what waits for a trainer, for home and the list of grades."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from modules.models import Module, Step
from modules.queries.titles import Titled
from quizzes.models import Attempt, AttemptItem, Grade, Quiz, Release
from quizzes.queries.results import results
from quizzes.rules.results import Result


@dataclass(frozen=True, slots=True)
class Graded:
    """An attempt that is handed in, as its learner's list of grades shows it."""

    attempt: Attempt
    quiz_title: str
    module_title: str
    released_at: datetime | None
    result: Result


def graded(session: Session, person_id: int, lang: str) -> list[Graded]:
    """All attempts handed in by the person, the newest first; two statements."""
    module_titled, step_titled = Titled(Module, lang), Titled(Step, lang)
    released = (
        sa.select(sa.func.max(Release.at))
        .join(Grade, Grade.release_id == Release.id)
        .join(AttemptItem, AttemptItem.id == Grade.item_id)
        .where(AttemptItem.attempt_id == Attempt.id)
        .correlate(Attempt)
        .scalar_subquery()
    )
    statement: Any = (
        sa.select(Attempt, step_titled.text(), module_titled.text(), released)
        .select_from(Attempt)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Step, Step.id == Quiz.step_id)
        .join(Module, Module.id == Step.module_id)
        .where(Attempt.person_id == person_id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
    )
    rows = session.execute(step_titled.join(module_titled.join(statement))).all()
    summed = results(session, [row[0] for row in rows]) if rows else {}
    return [Graded(attempt, quiz, module, at, summed[attempt.id]) for attempt, quiz, module, at in rows]


def new_marks(session: Session, person_id: int) -> tuple[int, str | None]:
    """How many grades were released that the person has not looked at, and the attempt when all are in one."""
    count, attempts, public_id = fetch(session, _NEW, {"person": person_id})[0]
    return count, public_id if attempts == 1 else None


# On every home page, so composed once.
_NEW = (
    sa.select(sa.func.count(Grade.id), sa.func.count(Attempt.id.distinct()), sa.func.min(Attempt.public_id))
    .join(Release, Release.id == Grade.release_id)
    .join(AttemptItem, AttemptItem.id == Grade.item_id)
    .join(Attempt, Attempt.id == AttemptItem.attempt_id)
    .where(
        Attempt.person_id == sa.bindparam("person"),
        sa.or_(Attempt.looked_at.is_(None), Attempt.looked_at < Release.at),
    )
)
