"""From a question as somebody wrote it to a version as it is kept: checked, its HTML made once."""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any

from app.errors import Invalid
from app.i18n import lazy
from app.people.models import Person
from app.text import clean_text, render, says_nothing
from quizzes.actions.seeing import named
from quizzes.models import QuestionVersion
from quizzes.queries.recorded import Recorded
from quizzes.rules.kinds import Kind
from quizzes.rules.specs import faults

SENTENCES = {
    "points": lazy("Give between 0 and 1000 points."),
    "verdict": lazy("Say whether the statement is true or false."),
    "few_options": lazy("Write at least two options."),
    "many_options": lazy("Write at most 20 options."),
    "same_options": lazy("Two options are the same. Change one."),
    "one_right": lazy("Mark exactly one option as right."),
    "no_right": lazy("Mark at least one option as right."),
    "no_form": lazy("Write at least one accepted answer."),
    "many_forms": lazy("Write at most 50 accepted answers."),
    "any_form": lazy("A star alone would accept every answer. Write letters or digits beside it: *planning*."),
    "number": lazy("Write a number, for example 12.5."),
    "tolerance": lazy("Write the tolerance as a number of 0 or more."),
}
_BLOCK = re.compile(r"<(?:p|ol|ul|h[1-6]|table|pre|blockquote|hr|dl)\b")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as somebody wrote it; `spec` holds sources only, their HTML is made here."""

    kind: Kind
    lang: str
    text: str
    points: float
    spec: dict[str, Any]
    feedback: str = ""
    see: str = ""  # The step of a recording that tells it,
    see_at: str = ""  # and when, as typed.


def version_of(
    draft: Draft, by: Person, now: datetime, recordings: Callable[[], Sequence[Recorded]] = tuple
) -> QuestionVersion:
    """A version without its question and number; what cannot be asked is refused by its fields. `recordings`: those
    that the question may name."""
    refused = {field: SENTENCES[name] for field, name in faults(draft.kind, draft.spec, draft.points)}
    seen: dict[str, Any] = {}
    try:
        seen = named(recordings() if draft.see else (), draft.see, draft.see_at)
    except Invalid as refusal:
        refused |= refusal.fields
    if says_nothing(draft.text):
        refused["text"] = lazy("Write the question.")
    if refused:
        raise Invalid(fields=refused)
    text = clean_text(draft.text)
    feedback = clean_text(draft.feedback) if draft.feedback.strip() else ""
    return QuestionVersion(
        kind=draft.kind, lang=draft.lang, text=text, html=render(text, base_level=3), points=draft.points,
        spec=_rendered(draft.spec), feedback=feedback, feedback_html=render(feedback, base_level=4) if feedback else "",
        at=now, by_id=by.id, **seen,
    )  # fmt: skip


def with_known_keys(draft: Draft, old: QuestionVersion) -> Draft:
    """The draft as an edit of what is there: an option written anew in the words of one that is there is that one."""
    if "options" not in draft.spec:
        return draft
    named = {option.get("key") for option in draft.spec["options"]}
    known = {option["text"]: option["key"] for option in old.spec.get("options", ()) if option["key"] not in named}
    options = [{**one, "key": one.get("key") or known.get(one["text"], "")} for one in draft.spec["options"]]
    return replace(draft, spec=draft.spec | {"options": options})


def _rendered(spec: dict[str, Any]) -> dict[str, Any]:
    spec = dict(spec)
    if "options" in spec:
        spec["options"] = [
            {
                **option,
                "key": option.get("key") or secrets.token_hex(4),
                "html": _inline(option["text"]),
                "feedback": option.get("feedback", ""),
                "feedback_html": _inline(option["feedback"]) if option.get("feedback") else "",
            }
            for option in spec["options"]
        ]
    if spec.get("expected"):
        spec["expected_html"] = render(spec["expected"], base_level=4)
    return spec


def _inline(text: str) -> str:
    """The words of one paragraph without the paragraph, so that they fit beside a radio button."""
    text = clean_text(text).strip()
    inner = render(text).strip().removeprefix("<p>").removesuffix("</p>")
    return escape(text) if _BLOCK.search(inner) else inner
