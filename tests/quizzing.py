"""A quiz with one question of each kind on the house's quiz step, and short ways to take it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person
from quizzes.actions import answering, editing, taking
from quizzes.models import Attempt, AttemptItem, Question, QuestionVersion, Quiz
from quizzes.rules.kinds import Kind
from tests.world import World

NOON = datetime.now(UTC).replace(microsecond=0)
SECRET_SAID_RIGHT = "Un retour secret sur la bonne option."
SECRET_SAID_WRONG = "Un retour secret sur la mauvaise option."
SECRET_FORM = "forme-acceptée-secrète"
SECRET_VALUE = "31415"
SECRET_EXPECTED = "Un corrigé secret."
SECRET_FEEDBACK = "Une explication secrète."
QUESTIONS = {
    Kind.SINGLE: {
        "options": [
            {"text": "Engagements", "right": True, "feedback": SECRET_SAID_RIGHT},
            {"text": "Préambule", "right": False, "feedback": SECRET_SAID_WRONG},
        ]
    },
    Kind.MULTIPLE: {
        "options": [
            {"text": "Collectivités", "right": True},
            {"text": "Partenaires", "right": True},
            {"text": "Écoles", "right": False},
        ]
    },
    Kind.TRUEFALSE: {"right": True},
    Kind.SHORT: {"accepted": [{"text": SECRET_FORM}], "fold": ["case", "accents", "arabic"]},
    Kind.NUMBER: {"accepted": [{"value": SECRET_VALUE, "tolerance": "0.5"}]},
    Kind.OPEN: {"expected": SECRET_EXPECTED},
}


@dataclass
class Quizzing:
    """The quiz, its questions by kind, and what is right (or, for the open one, an answer)."""

    quiz: Quiz
    questions: dict[Kind, Question]
    right: dict[int, Any]


def set_up(session: Session, house: World, **terms: Any) -> Quizzing:
    """Write the quiz; flushed and committed. Six questions, a point each, three for the open one: 8 points."""
    step, trainer = house.steps["quiz"], house.trainer
    asks = {"lang": "fr", "intro": "", "pass_mark": 0.5, "max_attempts": 2, "time_limit_s": None, "show_expected": True}
    quiz = editing.set_terms(session, step, editing.Terms(**(asks | terms)), trainer, now=NOON)
    questions = {}
    for kind, spec in QUESTIONS.items():
        points = 3 if kind is Kind.OPEN else 1
        draft = editing.Draft(kind, "fr", f"Question {kind} ?", points, spec, SECRET_FEEDBACK)
        questions[kind] = editing.add_question(session, step, draft, trainer, now=NOON)
    quizzing = Quizzing(quiz, questions, right_answers(session, quiz))
    session.commit()
    return quizzing


def right_answers(session: Session, quiz: Quiz) -> dict[int, Any]:
    """Position → a right answer."""
    right: dict[int, Any] = {3: True, 4: SECRET_FORM.upper(), 5: "31 415,2", 6: "Un tableau de suivi."}
    for position, kind in ((1, Kind.SINGLE), (2, Kind.MULTIPLE)):
        version = session.scalars(select(QuestionVersion).where(QuestionVersion.kind == kind)).first()
        assert version is not None
        keys = [option["key"] for option in version.spec["options"] if option["right"]]
        right[position] = keys[0] if kind is Kind.SINGLE else keys
    return right


def take(
    session: Session, quizzing: Quizzing, person: Person, answers: dict[int, Any] | None = None, *, submit: bool = True
) -> Attempt:
    """Start, answer (all right unless told) and hand in."""
    attempt = taking.start(session, quizzing.quiz, person, now=NOON)
    sent = [answering.Sent(place, value) for place, value in (quizzing.right if answers is None else answers).items()]
    if sent:
        answering.save(session, attempt, sent, now=NOON + timedelta(seconds=1))
    if submit:
        taking.submit(session, attempt, now=NOON + timedelta(seconds=2))
    session.commit()
    return attempt


def items_of(attempt: Attempt) -> Any:
    """A statement for the questions of an attempt, in their order."""
    return select(AttemptItem).where(AttemptItem.attempt_id == attempt.id).order_by(AttemptItem.position)
