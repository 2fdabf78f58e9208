"""Which grades are ready and which were released."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, distinct, func, or_, select
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules.models import Assignment, Module, Step
from modules.queries.titles import Titled
from quizzes.models import Attempt, AttemptItem, Grade, QuestionVersion, Quiz
from quizzes.queries.desk import Desk, others
from quizzes.queries.parts import newest_grade
from quizzes.rules.kinds import Kind


def ready_grades(session: Session, quiz: Quiz, cohort: Cohort, trainer_id: int) -> list[tuple[int, int]]:
    """(grade id, attempt id) of the newest grades that learners may not see yet, but for the trainer's own."""
    rows = session.execute(
        select(Grade.id, AttemptItem.attempt_id)
        .select_from(AttemptItem)
        .join(Grade, newest_grade())
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Membership, Membership.person_id == Attempt.person_id)
        .where(
            Attempt.quiz_id == quiz.id, Membership.cohort_id == cohort.id, Membership.role == Role.LEARNER,
            Membership.ended_at.is_(None), Grade.by_id.is_not(None), Grade.release_id.is_(None),
            Grade.points.is_not(None), others(),
        )
        .order_by(Grade.id),
        {"trainer": trainer_id},
    )  # fmt: skip
    return [(grade_id, attempt_id) for grade_id, attempt_id in rows]


@dataclass(frozen=True, slots=True)
class Ready:
    """A quiz of a cohort with grades that wait for their release."""

    step: str
    cohort: str
    quiz_title: str
    module_title: str
    cohort_name: str
    grades: int
    learners: int
    waiting: int


def ready(session: Session, desk: Desk, lang: str, *, step: str | None = None) -> list[Ready]:
    """Per quiz and cohort: grades that are ready, of how many learners, and answers that still wait; one statement."""
    if not desk.cohorts:
        return []
    rows = session.execute(_ready(), desk.asked | {"lang": lang})
    return [found for found in (Ready(*row) for row in rows) if step in (None, found.step)]


@cache
def _ready() -> Any:
    graded = and_(Grade.points.is_not(None), Grade.release_id.is_(None))
    lang: Any = bindparam("lang")
    module_titled, step_titled = Titled(Module, lang), Titled(Step, lang)
    grades = func.sum(case((graded, 1), else_=0))
    statement: Any = (
        select(
            Step.public_id, Cohort.public_id, func.max(step_titled.text()), func.max(module_titled.text()), Cohort.name,
            grades, func.count(distinct(case((graded, Attempt.person_id)))),
            func.sum(case((Grade.points.is_(None), 1), else_=0)),
        )
        .select_from(AttemptItem)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Step, Step.id == Quiz.step_id)
        .join(Module, Module.id == Step.module_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(Membership, and_(Membership.person_id == Attempt.person_id, Membership.role == Role.LEARNER))
        .join(Cohort, Cohort.id == Membership.cohort_id)
        .join(Assignment, and_(Assignment.cohort_id == Cohort.id, Assignment.module_id == Module.id))
        .outerjoin(Grade, newest_grade())
        .where(
            Attempt.submitted_at.is_not(None), QuestionVersion.kind == Kind.OPEN, Membership.ended_at.is_(None),
            Cohort.id.in_(bindparam("cohorts", expanding=True)), or_(Grade.id.is_(None), Grade.by_id.is_not(None)),
            others(),
        )
        .group_by(Step.id, Step.public_id, Step.position, Cohort.id, Cohort.public_id, Cohort.name, Module.position)
        .having(grades > 0)
        .order_by(Module.position, Step.position, Step.id, Cohort.name, Cohort.id)
    )  # fmt: skip
    return step_titled.join(module_titled.join(statement))
