"""Write a quiz: its terms, its questions and their order. Attempts under way keep what they began with."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.people.models import Person
from app.prints import print_of
from app.text import clean_text, render
from modules.models import Step
from quizzes.actions.drafts import Draft as Draft
from quizzes.actions.drafts import version_of, with_known_keys
from quizzes.models import Question, QuestionVersion, Quiz, QuizItem
from quizzes.queries.questions import asked, quiz_of
from quizzes.queries.recorded import recorded

_SAID = ("kind", "lang", "text", "points", "spec", "feedback", "see_step_id", "see_version_id", "see_second")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a quiz asks of everybody."""

    lang: str
    intro: str
    pass_mark: float
    max_attempts: int | None
    time_limit_s: int | None
    show_expected: bool


class Meanwhile(Conflict):
    """Somebody else has saved something else since the form was opened."""


def print_of_terms(quiz: Quiz | None, lang: str) -> str:
    """What a form for the terms begins from."""
    return print_of(asdict(_terms(quiz) if quiz else Terms(lang, "", 0.5, 2, None, True)))


def print_of_question(version: QuestionVersion) -> str:
    """What a form for a question begins from."""
    return print_of({name: getattr(version, name) for name in _SAID})


def hold_quiz(session: Session, step: Step) -> Quiz | None:
    """The quiz of the step as it is saved now; nobody else writes it until this transaction ends."""
    session.refresh(step, with_for_update={"key_share": True})
    return quiz_of(session, step)


def hold_question(session: Session, question: Question) -> QuestionVersion:
    """The newest version of the question; nobody else makes one until this transaction ends."""
    session.refresh(question, with_for_update={"key_share": True})
    versions = select(QuestionVersion).where(QuestionVersion.question_id == question.id)
    return session.scalars(versions.order_by(QuestionVersion.number.desc()).limit(1)).one()


def set_terms(session: Session, step: Step, terms: Terms, by: Person, *, began: str = "", now: datetime) -> Quiz:
    """Save the terms for attempts that begin from now on; refused where somebody has changed what the form `began`
    from, unless it says what is saved already."""
    terms = replace(terms, intro=clean_text(terms.intro) if terms.intro.strip() else "")
    before = hold_quiz(session, step)
    if began not in ("", print_of_terms(before, step.lang)) and before is not None and _terms(before) != terms:
        raise Meanwhile
    quiz = before or _quiz(session, step, by, now)
    quiz.lang, quiz.pass_mark = terms.lang, terms.pass_mark
    quiz.max_attempts, quiz.time_limit_s = terms.max_attempts, terms.time_limit_s
    quiz.intro = terms.intro
    quiz.intro_html = render(quiz.intro) if quiz.intro else ""
    if not terms.show_expected:
        quiz.show_expected_at = None
    elif quiz.show_expected_at is None:
        quiz.show_expected_at = now
    quiz.updated_at, quiz.by_id = now, by.id
    session.flush()
    return quiz


def add_question(session: Session, step: Step, draft: Draft, by: Person, *, now: datetime) -> Question:
    """Write a new question at the end of the quiz; one that the quiz asks already, word for word, is that one."""
    version = _version(session, step.module_id, draft, by, now)
    quiz = hold_quiz(session, step) or _quiz(session, step, by, now)
    for one in asked(session, quiz):
        known = with_known_keys(draft, one.version)
        if one.version.text == version.text and _same(one.version, _version(session, step.module_id, known, by, now)):
            return one.question
    question = Question(module_id=step.module_id, created_at=now)
    session.add(question)
    session.flush()
    version.question_id, version.number = question.id, 1
    last = session.scalar(select(func.max(QuizItem.position)).where(QuizItem.quiz_id == quiz.id)) or 0
    session.add_all([version, QuizItem(quiz_id=quiz.id, question_id=question.id, position=last + 1)])
    session.flush()
    return question


def edit_question(
    session: Session, question: Question, draft: Draft, by: Person, *, began: str = "", now: datetime
) -> QuestionVersion:
    """Make a new version, unless nothing changed; who is answering the old one keeps it. Refused where somebody has
    changed what the form `began` from."""
    newest = hold_question(session, question)
    version = _version(session, question.module_id, with_known_keys(draft, newest), by, now)
    if _same(newest, version):
        return newest
    if began not in ("", print_of_question(newest)):
        raise Meanwhile
    version.question_id, version.number = question.id, newest.number + 1
    session.add(version)
    session.flush()
    return version


def move(session: Session, step: Step, question: Question, places: int) -> None:
    """Move a question up (-1) or down (+1) among those that are not archived."""
    items = [one.item for one in asked(session, hold_quiz(session, step))]
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
    """A new one, with the terms that its form shows before anybody has saved them."""
    quiz = Quiz(step_id=step.id, lang=step.lang, show_expected_at=now, updated_at=now, by_id=by.id)
    session.add(quiz)
    session.flush()
    return quiz


def _version(session: Session, module_id: int, draft: Draft, by: Person, now: datetime) -> QuestionVersion:
    return version_of(draft, by, now, lambda: recorded(session, module_id, draft.lang))


def _terms(quiz: Quiz) -> Terms:
    return Terms(
        quiz.lang, quiz.intro, quiz.pass_mark, quiz.max_attempts, quiz.time_limit_s, quiz.show_expected_at is not None
    )


def _same(old: QuestionVersion, new: QuestionVersion) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in _SAID)
