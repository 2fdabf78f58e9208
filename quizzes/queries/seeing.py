"""Where a recording tells what a question asks: the second that a question names, in the file that is shown now."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from media.models import TimeMap, Version
from modules.models import Step
from modules.queries.statements import LANG, newest_version
from modules.queries.titles import Titled
from modules.rules import moved
from quizzes.models import AttemptItem, Question, QuestionVersion, Quiz, QuizItem
from quizzes.queries.parts import newest_version as newest_question


@dataclass(frozen=True, slots=True)
class See:
    """A recording and a second of the file in use; None where its passage is not in it any more."""

    step: str
    title: str
    second: float | None


@dataclass(frozen=True, slots=True)
class Named:
    """A question that names a second of a recording, for who thinks of another file."""

    quiz_step: str
    question: str
    html: str
    second: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that a question may name."""

    step_id: int
    public_id: str
    title: str
    version_id: int
    duration: float


def of_attempt(session: Session, attempt_id: int, lang: str) -> dict[int, See]:
    """By the position of the questions."""
    rows = session.execute(_of_attempt(), {"attempt": attempt_id, "lang": lang})
    return {row.position: _see(row) for row in rows}


def of_version(session: Session, version: QuestionVersion, lang: str) -> See | None:
    """What one version of a question names."""
    if version.see_step_id is None:
        return None
    row = session.execute(_of_version(), {"version": version.id, "lang": lang}).one_or_none()
    return _see(row) if row else None


def of_recording(session: Session, recording_id: int, lang: str) -> list[Named]:
    """The questions that are asked today and name a second that is in the file in use."""
    found = session.execute(_of_recording(), {"recording": recording_id, "lang": lang})
    seen = [(row, _see(row).second) for row in found]
    return [Named(row.step, row.public_id, row.html, at) for row, at in seen if at is not None]


def recorded(session: Session, module_id: int, lang: str) -> list[Recorded]:
    """The recordings of a module that can be watched."""
    return [Recorded(*row) for row in session.execute(_recorded(), {"module": module_id, "lang": lang})]


def _see(row: Any) -> See:
    own = row.see_version_id == row.shown
    return See(row.see, row.said, row.see_second if own else moved(row.see_second, row.pieces))


def _seen(titled: Any) -> tuple[Any, ...]:
    own = QuestionVersion.see_version_id, QuestionVersion.see_second
    return (
        *own,
        TimeMap.pieces,
        newest_version().label("shown"),
        Step.public_id.label("see"),
        titled.text().label("said"),
    )


def _carried(statement: Any) -> Any:
    to = sa.and_(TimeMap.from_version_id == QuestionVersion.see_version_id, TimeMap.to_version_id == newest_version())
    return statement.join(Step, Step.id == QuestionVersion.see_step_id).outerjoin(TimeMap, to)


@cache
def _of_attempt() -> Any:
    titled = Titled(Step, LANG)
    asked = sa.select(AttemptItem.position, *_seen(titled)).select_from(AttemptItem)
    asked = asked.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    own = AttemptItem.attempt_id == sa.bindparam("attempt")
    return titled.join(_carried(asked).where(own, Step.archived_at.is_(None)))


@cache
def _of_version() -> Any:
    titled = Titled(Step, LANG)
    asked = _carried(sa.select(*_seen(titled)).select_from(QuestionVersion))
    return titled.join(asked.where(QuestionVersion.id == sa.bindparam("version"), Step.archived_at.is_(None)))


@cache
def _of_recording() -> Any:
    quiz_step, titled = aliased(Step), Titled(Step, LANG)
    told = quiz_step.public_id.label("step"), Question.public_id, QuestionVersion.html
    asked = sa.select(*_seen(titled), *told).select_from(QuestionVersion)
    asked = asked.join(Question, sa.and_(Question.id == QuestionVersion.question_id, Question.archived_at.is_(None)))
    asked = asked.join(QuizItem, QuizItem.question_id == Question.id).join(Quiz, Quiz.id == QuizItem.quiz_id)
    asked = asked.join(quiz_step, sa.and_(quiz_step.id == Quiz.step_id, quiz_step.archived_at.is_(None)))
    asked = _carried(asked).where(Step.recording_id == sa.bindparam("recording"), newest_question())
    return titled.join(asked.order_by(quiz_step.id, QuizItem.position))


@cache
def _recorded() -> Any:
    titled = Titled(Step, LANG)
    asked = sa.select(Step.id, Step.public_id, titled.text(), Version.id, Version.duration).select_from(Step)
    asked = asked.join(Version, Version.id == newest_version())
    of_module = Step.module_id == sa.bindparam("module"), Step.archived_at.is_(None)
    return titled.join(asked.where(*of_module, Version.duration > 0).order_by(Step.position, Step.id))
