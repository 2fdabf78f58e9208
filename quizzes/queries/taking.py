"""What a learner sees of a quiz and of an attempt under way. Keys stay in the database."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from modules.models import Step
from quizzes.models import Answer, Attempt, AttemptItem, QuestionVersion, Quiz
from quizzes.queries.parts import counting_answers
from quizzes.rules.kinds import Kind, blank
from quizzes.rules.marking import unreadable


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen; whether it is right is not said."""

    key: str
    html: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer that counts for now."""

    value: Any
    come_back: bool
    received_at: datetime

    @property
    def mark(self) -> str:
        """What a page remembers to notice that somebody answered again elsewhere."""
        return self.received_at.isoformat()


@dataclass(frozen=True, slots=True)
class Place:
    """One question of an attempt, in the order in which it is asked."""

    position: int
    points: float
    kind: Kind
    lang: str
    text: str
    html: str
    options: tuple[Option, ...]
    saved: Saved | None

    @property
    def answered(self) -> bool:
        """Whether something is saved that can be marked."""
        return self.saved is not None and not blank(self.saved.value) and not self.unreadable

    @property
    def unreadable(self) -> bool:
        """Whether what is saved is no number where one was asked for."""
        return self.saved is not None and unreadable(self.kind, self.saved.value)

    @property
    def come_back(self) -> bool:
        """Whether the learner wants to look at it again."""
        return self.saved is not None and self.saved.come_back


def places(session: Session, attempt: Attempt) -> list[Place]:
    """All questions of the attempt with the answers that count; one statement."""
    return [_place(*row) for row in session.execute(_places(), {"attempt": attempt.id})]


@cache
def _places() -> Select[Any]:
    newest = counting_answers(select(AttemptItem.id).where(AttemptItem.attempt_id == bindparam("attempt")))
    return (
        select(
            AttemptItem.position, AttemptItem.points, QuestionVersion.kind, QuestionVersion.lang, QuestionVersion.text,
            QuestionVersion.html, QuestionVersion.spec, Answer.value, Answer.come_back, Answer.received_at,
        )
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .outerjoin(newest, newest.c.item_id == AttemptItem.id)
        .outerjoin(Answer, Answer.id == newest.c.id)
        .where(AttemptItem.attempt_id == bindparam("attempt"))
        .order_by(AttemptItem.position)
    )  # fmt: skip


def place(position: int, points: float, version: QuestionVersion) -> Place:
    """A question as a learner may see it, without an answer."""
    return _place(
        position, points, version.kind, version.lang, version.text, version.html, version.spec, None, None, None
    )  # fmt: skip


def _place(
    position: int, points: float, kind: str, lang: str, text: str, html: str, spec: dict[str, Any],
    value: Any, come_back: bool | None, received_at: datetime | None,
) -> Place:  # fmt: skip
    options = tuple(Option(option["key"], option["html"]) for option in spec.get("options", ()))
    saved = Saved(value, bool(come_back), received_at) if received_at else None
    return Place(position, points, Kind(kind), lang, text, html, options, saved)


def attempts_of(session: Session, quiz: Quiz | None, person_id: int) -> list[Attempt]:
    """The person's attempts, the first one first."""
    if quiz is None:
        return []
    mine = select(Attempt).where(Attempt.quiz_id == quiz.id, Attempt.person_id == person_id)
    return list(session.scalars(mine.order_by(Attempt.number)))


def step_id(session: Session, attempt: Attempt) -> str:
    """The public id of the step that the attempt's quiz hangs on."""
    return session.scalars(select(Step.public_id).join(Quiz).where(Quiz.id == attempt.quiz_id)).one()
