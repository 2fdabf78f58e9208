"""The queue of a trainer: questions with answers in one state."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import within
from app.text import line
from modules.models import Module, Step
from modules.queries.titles import Titled
from quizzes.models import Attempt, AttemptItem, Question, QuestionVersion, Quiz
from quizzes.queries.desk import PAGE, Desk, Paged, State, answers, stands_at
from quizzes.queries.parts import newest_version


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with how many of its answers are in the state asked for."""

    public_id: str
    html: str
    lang: str
    module: str
    quiz: str
    count: int
    oldest: datetime
    first_attempt: str
    first_position: int

    @property
    def words(self) -> str:
        """What it asks, in one line without marks."""
        return line(self.html)


def by_question(session: Session, desk: Desk, state: State, lang: str, asked_page: int) -> Paged[QuestionRow]:
    """Questions with answers in that state, the oldest answer first; two statements."""
    if not desk.cohorts:
        return Paged([], 1, 1)
    every = session.scalar(_questions(state), desk.asked) or 0
    page, pages = within(asked_page, every, PAGE)
    named = desk.asked | {"lang": lang, "first": (page - 1) * PAGE}
    rows = [QuestionRow(*row) for row in session.execute(_by_question(state), named)]
    return Paged(rows, page, pages)


@cache
def _by_question(state: State) -> Any:
    place = sa.func.row_number().over(partition_by=Question.id, order_by=(Attempt.submitted_at, AttemptItem.id))
    ranked = (
        answers()
        .where(stands_at(state))
        .with_only_columns(
            Question.id.label("question_id"), Quiz.step_id.label("step_id"), Attempt.submitted_at.label("at"),
            Attempt.public_id.label("attempt"), AttemptItem.position.label("position"), place.label("place"),
            sa.func.count().over(partition_by=Question.id).label("count"), maintain_column_froms=True,
        )
        .subquery()
    )  # fmt: skip
    lang: Any = sa.bindparam("lang")
    module_titled, step_titled = Titled(Module, lang), Titled(Step, lang)
    statement: Any = (
        sa.select(
            Question.public_id, QuestionVersion.html, QuestionVersion.lang, module_titled.text(), step_titled.text(),
            ranked.c.count, ranked.c.at, ranked.c.attempt, ranked.c.position,
        )
        .select_from(ranked)
        .join(Question, Question.id == ranked.c.question_id)
        .join(QuestionVersion, newest_version())
        .join(Step, Step.id == ranked.c.step_id)
        .join(Module, Module.id == Step.module_id)
        .where(ranked.c.place == 1)
        .order_by(ranked.c.at, Question.id)
        .limit(PAGE)
        .offset(sa.bindparam("first", type_=sa.Integer()))
    )  # fmt: skip
    return step_titled.join(module_titled.join(statement))


@cache
def _questions(state: State) -> Any:
    return answers().where(stands_at(state)).with_only_columns(
        sa.func.count(sa.distinct(Question.id)), maintain_column_froms=True
    )  # fmt: skip
