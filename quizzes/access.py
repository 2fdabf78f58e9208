"""Which quizzes, attempts, questions and answers somebody may open. Wrong and forbidden look the same: not found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from modules import access as modules_access
from modules.models import Assignment, Step
from modules.queries import overview
from quizzes.models import Attempt, AttemptItem, Question, QuestionVersion, Quiz, QuizItem
from quizzes.queries.parts import in_cohorts
from quizzes.rules.kinds import Kind

QUIZ = "quiz"


_STILL_THERE = exists().where(
    Quiz.id == Attempt.quiz_id, Step.id == Quiz.step_id, Assignment.module_id == Step.module_id,
    Membership.cohort_id == Assignment.cohort_id, Membership.person_id == Attempt.person_id,
    Membership.role == Role.LEARNER, Membership.ended_at.is_(None),
    Cohort.id == Membership.cohort_id, Cohort.archived_at.is_(None),
).correlate(Attempt)  # fmt: skip
_OWN = (
    select(Attempt)
    .where(Attempt.public_id == bindparam("attempt"), Attempt.person_id == bindparam("person"))
    .where(or_(Attempt.submitted_at.is_not(None), _STILL_THERE))
    .options(joinedload(Attempt.quiz))
)


def step_for(session: Session, person: Person, public_id: str, *, now: datetime) -> Step:
    """A quiz step, for whoever may open it."""
    return _quiz_step(modules_access.step_for(session, person, public_id, now=now))


def step_to_edit(session: Session, person: Person, public_id: str) -> Step:
    """A quiz step, for trainers of a cohort that has it and administrators."""
    return _quiz_step(modules_access.step_to_edit(session, person, public_id))


def may_edit(session: Session, person: Person, step: Step) -> bool:
    """Whether the person may write the quiz of a step that is loaded."""
    writes = person.is_admin or bool(person.cohorts_as(Role.TRAINER))
    return writes and overview.may_edit(session, person, overview.module_of(session, step))


def takes_part(session: Session, person: Person, step: Step, *, now: datetime) -> bool:
    """Whether the person learns in a cohort to which the step is open now; others only look."""
    given = exists().where(
        Assignment.module_id == step.module_id, Assignment.cohort_id == Membership.cohort_id,
        Membership.person_id == person.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None),
        Cohort.id == Membership.cohort_id, Cohort.archived_at.is_(None),
        or_(Assignment.opens_at.is_(None), Assignment.opens_at <= now),
    )  # fmt: skip
    return bool(session.scalar(select(given)))


def quiz_to_take(session: Session, person: Person, public_id: str, *, now: datetime) -> Quiz:
    """The quiz of a step, for learners to whom it is open."""
    step = step_for(session, person, public_id, now=now)
    quiz = session.scalar(select(Quiz).where(Quiz.step_id == step.id))
    if quiz is None or not takes_part(session, person, step, now=now):
        raise NotFound
    return quiz


def attempt_for(session: Session, person: Person, public_id: str) -> Attempt:
    """The person's own attempt, with its quiz: once handed in for good, else while its cohort lives."""
    attempt = session.scalar(_OWN, {"attempt": public_id, "person": person.id})
    if attempt is None:
        raise NotFound
    return attempt


def question_to_edit(session: Session, step: Step, public_id: str) -> tuple[Quiz, Question, QuestionVersion]:
    """A question of the step's quiz with its newest version; the step was loaded to edit."""
    row = session.execute(
        select(Quiz, Question, QuestionVersion)
        .join(QuizItem, QuizItem.quiz_id == Quiz.id)
        .join(Question, Question.id == QuizItem.question_id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Quiz.step_id == step.id, Question.public_id == public_id)
        .order_by(QuestionVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


@dataclass(frozen=True, slots=True)
class Handed:
    """A submitted open answer as a trainer opens it; who wrote it is not loaded."""

    item: AttemptItem
    attempt: Attempt
    quiz: Quiz
    version: QuestionVersion
    question: Question
    step: Step


def handed_in_for(session: Session, trainer: Person, attempt_public_id: str, position: int) -> Handed:
    """A submitted open answer of a learner of one of the trainer's cohorts that have the module; never the own one."""
    row = session.execute(
        select(AttemptItem, Attempt, Quiz, QuestionVersion, Question, Step)
        .select_from(AttemptItem)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Step, Step.id == Quiz.step_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Attempt.public_id == attempt_public_id, AttemptItem.position == position,
            Attempt.submitted_at.is_not(None), QuestionVersion.kind == Kind.OPEN,
            Attempt.person_id != trainer.id, in_cohorts(trainer.cohorts_as(Role.TRAINER)),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return Handed(*row)


def release_for(session: Session, trainer: Person, step_id: str, cohort_id: str) -> tuple[Quiz, Step, Cohort]:
    """A quiz and one of the trainer's cohorts that have it."""
    row = session.execute(
        select(Quiz, Step, Cohort)
        .select_from(Quiz)
        .join(Step, Step.id == Quiz.step_id)
        .join(Assignment, Assignment.module_id == Step.module_id)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .where(
            Step.public_id == step_id, Cohort.public_id == cohort_id,
            Cohort.id.in_(trainer.cohorts_as(Role.TRAINER)),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def cohorts_of(session: Session, trainer: Person, public_id: str | None) -> tuple[list[int], list[Cohort]]:
    """The trainer's cohorts: the ids to show (one of them, if it is named), and all of them by name."""
    mine = select(Cohort).where(Cohort.id.in_(trainer.cohorts_as(Role.TRAINER)), Cohort.archived_at.is_(None))
    cohorts = list(session.scalars(mine.order_by(Cohort.name, Cohort.id)))
    if public_id is None:
        return [cohort.id for cohort in cohorts], cohorts
    chosen = [cohort.id for cohort in cohorts if cohort.public_id == public_id]
    if not chosen:
        raise NotFound
    return chosen, cohorts


def _quiz_step(step: Any) -> Step:
    if not isinstance(step, Step) or step.kind != QUIZ:
        raise NotFound
    return step
