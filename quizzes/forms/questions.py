"""A question as a trainer types it: one form for each kind."""

from typing import Any

from wtforms import BooleanField, RadioField, StringField, TextAreaField

from app.i18n import lazy
from app.web.forms import choices
from quizzes.forms.choices import MultipleForm, SingleForm
from quizzes.forms.question import ONE_LINE, TOO_LONG, QuestionForm
from quizzes.rules import numbers
from quizzes.rules.folding import ACCENTS, ARABIC, CASE
from quizzes.rules.kinds import Kind


class TrueFalseForm(QuestionForm):
    """A statement."""

    kind = Kind.TRUEFALSE
    right = RadioField(
        lazy("The statement is"),
        choices=choices({"true": lazy("True"), "false": lazy("False")}),
        validate_choice=False,
    )

    def show(self, spec: dict[str, Any]) -> None:
        self.right.data = {True: "true", False: "false"}.get(spec["right"]) if "right" in spec else None

    def spec(self) -> dict[str, Any]:
        return {"right": {"true": True, "false": False}.get(self.right.data)}


class ShortForm(QuestionForm):
    """Accepted forms, one a line."""

    kind = Kind.SHORT
    accepted = TextAreaField(lazy("Accepted answers, one per line"), [TOO_LONG])
    case = BooleanField(lazy("Capital and small letters are the same"))
    accents = BooleanField(lazy("Letters with and without accents are the same"))
    arabic = BooleanField(lazy("Forms of Arabic letters are the same, vowel signs do not matter"))

    def show(self, spec: dict[str, Any]) -> None:
        self.accepted.data = "\n".join(form["text"] for form in spec.get("accepted", []))
        for name in (CASE, ACCENTS, ARABIC):
            self[name].data = name in spec.get("fold", (CASE, ACCENTS, ARABIC))

    def spec(self) -> dict[str, Any]:
        lines = [line.strip() for line in (self.accepted.data or "").splitlines()]
        return {
            "accepted": [{"text": line} for line in lines if line],
            "fold": [name for name in (CASE, ACCENTS, ARABIC) if self[name].data],
        }


class NumberForm(QuestionForm):
    """A value and how far off an answer may be."""

    kind = Kind.NUMBER
    value = StringField(lazy("Right number"), [ONE_LINE])
    tolerance = StringField(lazy("Tolerance"), [ONE_LINE])

    def show(self, spec: dict[str, Any]) -> None:
        form = (spec.get("accepted") or [{"value": "", "tolerance": ""}])[0]
        self.value.data, self.tolerance.data = form["value"], form["tolerance"]

    def spec(self) -> dict[str, Any]:
        return {"accepted": [{"value": _plain(self.value.data), "tolerance": _plain(self.tolerance.data)}]}


class OpenForm(QuestionForm):
    """A text that a trainer reads."""

    expected = TextAreaField(lazy("Expected answer, for who grades; learners see it with their grade"), [TOO_LONG])

    def show(self, spec: dict[str, Any]) -> None:
        self.expected.data = spec.get("expected", "")

    def spec(self) -> dict[str, Any]:
        return {"expected": (self.expected.data or "").strip()}


FORMS: dict[Kind, type[QuestionForm]] = {
    Kind.SINGLE: SingleForm,
    Kind.MULTIPLE: MultipleForm,
    Kind.TRUEFALSE: TrueFalseForm,
    Kind.SHORT: ShortForm,
    Kind.NUMBER: NumberForm,
    Kind.OPEN: OpenForm,
}


def _plain(text: str | None) -> str:
    """A number as Python reads it, so that marking needs no guess; what is none stays as typed, to be refused."""
    read = numbers.number(text or "")
    return (text or "").strip() if read is None else format(read.normalize(), "f")
