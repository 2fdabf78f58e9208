"""Recordings and the questions of a module: which a question may name, and which questions name a second of one."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from media.models import Version
from modules.models import Step
from modules.queries.statements import LANG, newest_version
from modules.queries.titles import Titled
from quizzes.models import Question, QuestionVersion, Quiz, QuizItem
from quizzes.queries.parts import newest_version as newest_question
from quizzes.queries.seeing import carried, see_of, seen


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


def of_recording(session: Session, recording_id: int, lang: str) -> list[Named]:
    """The questions that are asked today and name a second that is in the file in use."""
    found = session.execute(_of_recording(), {"recording": recording_id, "lang": lang})
    placed = [(row, see_of(row).second) for row in found]
    return [Named(row.step, row.public_id, row.html, at) for row, at in placed if at is not None]


def recorded(session: Session, module_id: int, lang: str) -> list[Recorded]:
    """The recordings of a module that can be watched."""
    return [Recorded(*row) for row in session.execute(_recorded(), {"module": module_id, "lang": lang})]


@cache
def _of_recording() -> Any:
    quiz_step, titled = aliased(Step), Titled(Step, LANG)
    told = quiz_step.public_id.label("step"), Question.public_id, QuestionVersion.html
    asked = sa.select(*seen(titled), *told).select_from(QuestionVersion)
    asked = asked.join(Question, sa.and_(Question.id == QuestionVersion.question_id, Question.archived_at.is_(None)))
    asked = asked.join(QuizItem, QuizItem.question_id == Question.id).join(Quiz, Quiz.id == QuizItem.quiz_id)
    asked = asked.join(quiz_step, sa.and_(quiz_step.id == Quiz.step_id, quiz_step.archived_at.is_(None)))
    asked = carried(asked).where(Step.recording_id == sa.bindparam("recording"), newest_question())
    return titled.join(asked.order_by(quiz_step.id, QuizItem.position))


@cache
def _recorded() -> Any:
    titled = Titled(Step, LANG)
    asked = sa.select(Step.id, Step.public_id, titled.text(), Version.id, Version.duration).select_from(Step)
    asked = asked.join(Version, Version.id == newest_version())
    of_module = Step.module_id == sa.bindparam("module"), Step.archived_at.is_(None)
    return titled.join(asked.where(*of_module, Version.duration > 0).order_by(Step.position, Step.id))
