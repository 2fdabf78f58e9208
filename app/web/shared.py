"""Forms that more than one person may have open: who saves second must have seen what the first one saved.

A form begins with the print of what it was opened with (`app.prints`); an action compares it once the row is held, and
`ui/saved.html` shows what is saved now.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any, NamedTuple

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField

from app.i18n import day, lazy
from app.prints import print_of
from app.web.forms import Form

CHANGED = lazy(
    "Somebody has changed this since you opened it. What is saved now stands below, what you wrote is in the form: "
    "bring the two together, then save."
)
LONG = "TextAreaField"


class Saved(NamedTuple):
    """A field as it is saved now, beside what is typed."""

    id: str
    label: str
    text: str
    long: bool


class SharedForm(Form):
    """A form that two people may have open. `began` is the print of what it was opened with."""

    began = HiddenField()

    def begin_again(self, content: Mapping[str, Any]) -> list[Saved]:
        """Somebody else has saved `content` meanwhile: what differs from what is typed, which stays in the form."""
        self.began.data = print_of(content)
        self.form_errors.append(CHANGED)
        return [
            Saved(field.id, label, _shown(field, content.get(field.name)), field.type == LONG)
            for label, field in self.filled_in()
            if _plain(field.data) != _plain(content.get(field.name))
        ]

    def filled_in(self) -> Iterator[tuple[str, Any]]:
        """The fields that somebody fills in, each after its label."""
        for field in self:
            if not isinstance(field, HiddenField | FileField):
                yield str(field.label.text), field


def _plain(value: Any) -> str:
    return str("" if value is None or value is False else value).replace("\r\n", "\n").strip()


def _shown(field: Any, value: Any) -> str:
    if isinstance(field, BooleanField):
        return str(lazy("yes") if value else lazy("no"))
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if hasattr(field, "shown"):
        return str(field.shown(value))
    words = {_plain(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or ()}
    return words.get(_plain(value), _plain(value))
