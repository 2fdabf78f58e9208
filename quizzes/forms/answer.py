"""An answer as the form of a question sends it."""

import re
from typing import Any

from werkzeug.datastructures import MultiDict

from quizzes.rules.kinds import Kind

_NAME = re.compile(r"[\w-]{1,40}", re.ASCII)


def page_of(form: MultiDict[str, str]) -> str:
    """The name of the page that sent it: of its script where it has one, else the one that it was made with."""
    name = form.get("page", "")
    return name if _NAME.fullmatch(name) else ""


def given(kind: Kind, form: MultiDict[str, str]) -> Any:
    """What was chosen or written, not checked yet."""
    return form.getlist("answer") if kind is Kind.MULTIPLE else form.get("answer")
