"""The questions of a quiz as they stand today."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.text import line
from modules.models import Step
from quizzes.models import Question, QuestionVersion, Quiz, QuizItem
from quizzes.queries.parts import newest_version


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its place."""

    item: QuizItem
    question: Question
    version: QuestionVersion

    @property
    def points(self) -> float:
        """What it is worth here."""
        return self.version.points if self.item.points is None else self.item.points

    @property
    def words(self) -> str:
        """What it asks, in one line without marks."""
        return line(self.version.html)


def quiz_of(session: Session, step: Step) -> Quiz | None:
    """The quiz of a step; none until somebody has saved its terms or a question."""
    return session.scalar(select(Quiz).where(Quiz.step_id == step.id))


def asked(session: Session, quiz: Quiz | None, *, archived: bool = False) -> list[Asked]:
    """The questions in their order with their newest version; or those that were archived."""
    if quiz is None:
        return []
    return [Asked(*row) for row in session.execute(_asked(archived), {"quiz": quiz.id})]


@cache
def _asked(archived: bool) -> Any:
    there = Question.archived_at.is_not(None) if archived else Question.archived_at.is_(None)
    return (
        select(QuizItem, Question, QuestionVersion)
        .join(Question, Question.id == QuizItem.question_id)
        .join(QuestionVersion, newest_version())
        .where(QuizItem.quiz_id == bindparam("quiz"), there)
        .order_by(QuizItem.position, QuizItem.id)
    )
