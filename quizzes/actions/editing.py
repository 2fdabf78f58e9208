"""Write a quiz: its terms, its questions and their order. Attempts under way keep what they began with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.people.models import Person
from app.text import clean_text, render
from modules.models import Step
from quizzes.actions.drafts import Draft as Draft
from quizzes.actions.drafts import version_of
from quizzes.models import Question, QuestionVersion, Quiz, QuizItem
from quizzes.queries.questions import asked, quiz_of


@dataclass(frozen=True, slots=True)
class Terms:
    """What a quiz asks of everybody."""

    lang: str
    intro: str
    pass_mark: float
    max_attempts: int | None
    time_limit_s: int | None
    show_expected: bool


def set_terms(session: Session, step: Step, terms: Terms, by: Person, *, now: datetime) -> Quiz:
    """Save the terms for attempts that begin from now on."""
    quiz = _quiz(session, step, by, now)
    quiz.lang, quiz.pass_mark = terms.lang, terms.pass_mark
    quiz.max_attempts, quiz.time_limit_s = terms.max_attempts, terms.time_limit_s
    quiz.intro = clean_text(terms.intro) if terms.intro.strip() else ""
    quiz.intro_html = render(quiz.intro) if quiz.intro else ""
    if not terms.show_expected:
        quiz.show_expected_at = None
    elif quiz.show_expected_at is None:
        quiz.show_expected_at = now
    quiz.updated_at, quiz.by_id = now, by.id
    session.flush()
    return quiz


def add_question(session: Session, step: Step, draft: Draft, by: Person, *, now: datetime) -> Question:
    """Write a new question at the end of the quiz."""
    version = version_of(draft, by, now)
    quiz = _quiz(session, step, by, now)
    question = Question(module_id=step.module_id, created_at=now)
    session.add(question)
    session.flush()
    version.question_id, version.number = question.id, 1
    last = session.scalar(select(func.max(QuizItem.position)).where(QuizItem.quiz_id == quiz.id)) or 0
    session.add_all([version, QuizItem(quiz_id=quiz.id, question_id=question.id, position=last + 1)])
    session.flush()
    return question


def edit_question(session: Session, question: Question, draft: Draft, by: Person, *, now: datetime) -> QuestionVersion:
    """Make a new version, unless nothing changed; who is answering the old one keeps it."""
    newest = session.scalars(
        select(QuestionVersion).where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc()).limit(1)
    ).one()  # fmt: skip
    version = version_of(draft, by, now)
    if _same(newest, version):
        return newest
    version.question_id, version.number = question.id, newest.number + 1
    session.add(version)
    session.flush()
    return version


def move(session: Session, quiz: Quiz, question: Question, places: int) -> None:
    """Move a question up (-1) or down (+1) among those that are not archived."""
    items = [one.item for one in asked(session, quiz)]
    here = next((place for place, item in enumerate(items) if item.question_id == question.id), None)
    if here is None:
        return
    there = min(max(here + places, 0), len(items) - 1)
    items.insert(there, items.pop(here))
    for position, item in enumerate(items, start=1):
        item.position = position
    session.flush()


def archive(session: Session, question: Question, by: Person, *, now: datetime) -> None:
    """Ask it no more; attempts and grades keep it."""
    if question.archived_at is None:
        question.archived_at, question.archived_by_id = now, by.id
        session.flush()


def restore(session: Session, question: Question) -> None:
    """Take the archiving back."""
    question.archived_at = question.archived_by_id = None
    session.flush()


def _quiz(session: Session, step: Step, by: Person, now: datetime) -> Quiz:
    quiz = quiz_of(session, step)
    if quiz is None:
        quiz = Quiz(step_id=step.id, lang=step.lang, show_expected_at=now, updated_at=now, by_id=by.id)
        session.add(quiz)
        session.flush()
    return quiz


def _same(old: QuestionVersion, new: QuestionVersion) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in ("lang", "text", "points", "spec", "feedback"))
