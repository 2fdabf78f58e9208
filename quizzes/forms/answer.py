"""An answer as the form of a question sends it."""

from typing import Any

from werkzeug.datastructures import MultiDict

from quizzes.rules.kinds import Kind


def given(kind: Kind, form: MultiDict[str, str]) -> Any:
    """What was chosen or written, not checked yet."""
    return form.getlist("answer") if kind is Kind.MULTIPLE else form.get("answer")
