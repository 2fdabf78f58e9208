"""The quiz of each module, written through the same actions as a trainer's forms."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.demo.content import LANGUAGE
from app.demo.questions import Asked
from app.people.models import Person
from modules.models import Step
from quizzes.actions import editing
from quizzes.models import Quiz
from quizzes.rules.folding import ACCENTS, CASE
from quizzes.rules.kinds import Kind

TERMS = editing.Terms(
    lang=LANGUAGE, intro="", pass_mark=0.6, max_attempts=3, time_limit_s=None, show_expected=True
)  # fmt: skip


def write(session: Session, now: datetime, by: Person, step: Step, questions: tuple[Asked, ...]) -> Quiz:
    """Write a quiz on the step that asks these questions."""
    quiz = editing.set_terms(session, step, TERMS, by, now=now)
    for asked in questions:
        draft = editing.Draft(Kind(asked.kind), LANGUAGE, asked.text, asked.points, _spec(asked), asked.feedback)
        editing.add_question(session, step, draft, by, now=now)
    return quiz


def _spec(asked: Asked) -> dict[str, Any]:
    match Kind(asked.kind):
        case Kind.SINGLE | Kind.MULTIPLE:
            texts = sorted([*asked.right, *asked.wrong])
            return {"options": [{"text": text, "right": text in asked.right} for text in texts]}
        case Kind.TRUEFALSE:
            return {"right": asked.true}
        case Kind.SHORT:
            return {"accepted": [{"text": text} for text in asked.right], "fold": [CASE, ACCENTS]}
        case Kind.NUMBER:
            return {"accepted": [{"value": str(asked.number), "tolerance": "0"}]}
        case _:
            return {"expected": asked.feedback}
