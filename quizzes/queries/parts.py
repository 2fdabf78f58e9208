"""Parts of statements that several readings share."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.people.models import Membership
from app.people.rules import Role
from modules.models import Assignment, Step
from quizzes.models import Answer, Attempt, AttemptItem, Grade, Question, QuestionVersion
from quizzes.rules.attempts import Standing


def newest_version() -> ColumnElement[bool]:
    """Joins a question to its newest version only."""
    other = aliased(QuestionVersion)
    newest = select(func.max(other.number)).where(other.question_id == Question.id).correlate(Question)
    return and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == newest.scalar_subquery())


def newest_grade() -> ColumnElement[bool]:
    """Joins an item to its newest grade, whether the learner may see it or not."""
    other = aliased(Grade)
    newest = select(func.max(other.number)).where(other.item_id == AttemptItem.id).correlate(AttemptItem)
    return and_(Grade.item_id == AttemptItem.id, Grade.number == newest.scalar_subquery())


def open_to_learner(grade: type[Grade]) -> ColumnElement[bool]:
    """Marked by rule, or released."""
    return or_(grade.by_id.is_(None), grade.release_id.is_not(None))


def visible_grade() -> ColumnElement[bool]:
    """Joins an item to the newest grade that its learner may see."""
    other = aliased(Grade)
    newest = select(func.max(other.number)).where(other.item_id == AttemptItem.id, open_to_learner(other))
    return and_(Grade.item_id == AttemptItem.id, Grade.number == newest.correlate(AttemptItem).scalar_subquery())


def counting_answers(items: Select[Any]) -> Subquery:
    """For each of the items, the id of the answer that counts: the last one said, not the last one received."""
    rank = func.row_number().over(partition_by=Answer.item_id, order_by=(Answer.said_at.desc(), Answer.id.desc()))
    ranked = (
        select(Answer.id, Answer.item_id, rank.label("place"))
        .where(Answer.item_id.in_(items), Answer.standing == Standing.COUNTS)
        .subquery()
    )
    return select(ranked.c.id, ranked.c.item_id).where(ranked.c.place == 1).subquery()


def in_cohorts(cohort_ids: Collection[int] | BindParameter[Any]) -> ColumnElement[bool]:
    """Whether the Attempt of the statement is by a learner of one of these cohorts, which has its Step's module."""
    return (
        exists()
        .where(
            Membership.person_id == Attempt.person_id, Membership.cohort_id.in_(cohort_ids),
            Membership.role == Role.LEARNER, Membership.ended_at.is_(None),
            Assignment.cohort_id == Membership.cohort_id, Assignment.module_id == Step.module_id,
        )
        .correlate(Attempt, Step)
    )  # fmt: skip
