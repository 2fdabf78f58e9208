"""What a learner sees of an attempt that is handed in: own answers, and what is already open to see."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from quizzes.models import Answer, Attempt, AttemptItem, Grade, QuestionVersion, Quiz
from quizzes.queries.parts import counting_answers, visible_grade
from quizzes.queries.seeing import See, of_attempt
from quizzes.rules.kinds import Kind, Value, blank, chosen, told
from quizzes.rules.results import ALMOST


@dataclass(frozen=True, slots=True)
class Said:
    """What the question says to who chose an option: both as HTML."""

    option: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A question after handing in. `earned` None: being marked. What may not be seen is None or empty."""

    position: int
    kind: Kind
    lang: str
    html: str
    points: float
    earned: float | None
    given: tuple[str, ...]  # HTML of chosen options, else the text as typed
    verdict: bool | None
    expected: tuple[str, ...]
    expected_verdict: bool | None
    expected_html: str
    options: tuple[Said, ...]
    feedback_html: str
    comment_html: str
    see: See | None

    @property
    def state(self) -> str:
        """right, partly, wrong, unanswered or waiting."""
        if self.earned is None:
            return "waiting"
        if self.earned + ALMOST >= self.points:
            return "right"
        if not self.answered:
            return "unanswered"
        return "partly" if self.earned > ALMOST else "wrong"

    @property
    def answered(self) -> bool:
        """Whether something was answered."""
        return bool(self.given) or self.verdict is not None


def reviewed(session: Session, attempt: Attempt, quiz: Quiz, lang: str, *, settled: bool) -> list[Reviewed]:
    """All questions of a submitted attempt; two statements at most. Not settled: another attempt could copy what is
    expected."""
    rows = session.execute(_handed_in(), {"attempt": attempt.id}).all()
    see = of_attempt(session, attempt.id, lang) if any(row[1].see_step_id for row in rows) else {}
    shown = settled and quiz.show_expected_at is not None
    return [
        review(
            item.position, item.points, version, value, grade.points if grade else None,
            explained=shown and grade is not None,  # What is not marked yet could still be told to others.
            comment_html=grade.comment_html if grade else "", see=see.get(item.position),
        )
        for item, version, value, grade in rows
    ]  # fmt: skip


@cache
def _handed_in() -> Select[Any]:
    newest = counting_answers(select(AttemptItem.id).where(AttemptItem.attempt_id == bindparam("attempt")))
    return (
        select(AttemptItem, QuestionVersion, Answer.value, Grade)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .outerjoin(newest, newest.c.item_id == AttemptItem.id)
        .outerjoin(Answer, Answer.id == newest.c.id)
        .outerjoin(Grade, visible_grade())
        .where(AttemptItem.attempt_id == bindparam("attempt"))
        .order_by(AttemptItem.position)
    )


def review(
    position: int, points: float, version: QuestionVersion, value: Value, earned: float | None,
    *, explained: bool, comment_html: str = "", see: See | None = None,
) -> Reviewed:  # fmt: skip
    """A question with its answer, with what is right and why where that is explained."""
    kind, spec = Kind(version.kind), version.spec
    return Reviewed(
        position=position, kind=kind, lang=version.lang, html=version.html, points=points, earned=earned,
        given=() if kind is Kind.TRUEFALSE or blank(value) else _given(kind, spec, value),
        verdict=value if isinstance(value, bool) else None,
        expected=_expected(kind, spec) if explained else (),
        expected_verdict=spec["right"] if explained and kind is Kind.TRUEFALSE else None,
        expected_html=spec.get("expected_html", "") if explained else "",
        options=tuple(
            Said(option["html"], option["feedback_html"]) for option in told(kind, spec, value, explained=explained)
        ),
        feedback_html=version.feedback_html if explained else "",
        comment_html=comment_html, see=see,
    )  # fmt: skip


def _given(kind: Kind, spec: dict[str, Any], value: Value) -> tuple[str, ...]:
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        return tuple(option["html"] for option in spec["options"] if option["key"] in chosen(value))
    return (str(value),)


def _expected(kind: Kind, spec: dict[str, Any]) -> tuple[str, ...]:
    """Right options, the first accepted form, the number with its tolerance."""
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        return tuple(option["html"] for option in spec["options"] if option["right"])
    if kind is Kind.SHORT:
        return (spec["accepted"][0]["text"],)
    if kind is Kind.NUMBER:
        form = spec["accepted"][0]
        exact = not Decimal(form.get("tolerance") or 0)
        return (form["value"] if exact else f"{form['value']} ± {form['tolerance']}",)
    return ()
