"""Questions with options, as a trainer types them."""

from collections.abc import Iterator, Mapping
from typing import Any

import wtforms
from wtforms import BooleanField, FieldList, FormField, HiddenField, StringField
from wtforms.validators import ValidationError

from app.i18n import _, lazy
from app.text import says_nothing
from app.web.shared import Saved
from quizzes.forms.question import ONE_LINE, QuestionForm
from quizzes.rules.kinds import Kind
from quizzes.rules.specs import MOST_OPTIONS

ROWS_AT_FIRST = 4


class OptionForm(wtforms.Form):
    """One option; left empty it does not exist."""

    key = HiddenField()
    text = StringField(lazy("Text of the option"), [ONE_LINE])
    right = BooleanField(lazy("This option is right"))
    feedback = StringField(lazy("Feedback to who chooses it"), [ONE_LINE])

    def validate_text(self, field: StringField) -> None:
        """What is said of an option without a text would be lost in silence."""
        if not self.written() and (self.right.data or (self.feedback.data or "").strip()):
            raise ValidationError(lazy("Write the text of this option, or empty the row."))

    def written(self) -> bool:
        """Whether there is an option in this row."""
        return not says_nothing(self.text.data or "")


class Rows(FieldList):
    """A list whose rows are numbered as our pages number them; other digits of Unicode are no row."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        plain = (name for name in formdata if name.isascii() and len(name) < 100)
        yield from super()._extract_indices(prefix, plain)


class ChoiceForm(QuestionForm):
    """Options with the right ones marked."""

    options = Rows(FormField(OptionForm), min_entries=ROWS_AT_FIRST, max_entries=MOST_OPTIONS + ROWS_AT_FIRST)

    def show(self, spec: dict[str, Any]) -> None:
        written = spec.get("options", [])
        for option in written:
            if len(self.options.entries) <= written.index(option):
                self.options.append_entry()
        for entry, option in zip(self.options.entries, written, strict=False):
            entry.form.key.data, entry.form.text.data = option["key"], option["text"]
            entry.form.right.data, entry.form.feedback.data = option["right"], option.get("feedback", "")
        if written:
            self.more(2)

    def more(self, rows: int) -> None:
        """Room for more options."""
        for _row in range(min(rows, MOST_OPTIONS - len(self.options.entries))):
            self.options.append_entry()

    def begin_again(self, content: Mapping[str, Any]) -> list[Saved]:
        """With room for as many options as somebody else has written."""
        self.more(sum(name.endswith("-text") for name in content) - len(self.options.entries))
        return super().begin_again(content)

    def filled_in(self) -> Iterator[tuple[str, Any]]:
        """The rows of the options one by one."""
        yield from ((label, field) for label, field in super().filled_in() if field is not self.options)
        for number, entry in enumerate(self.options.entries, start=1):
            for field in (entry.form.text, entry.form.right, entry.form.feedback):
                yield f"{_('Option %(n)s', n=number)}, {field.label.text}", field

    def spec(self) -> dict[str, Any]:
        return {"options": [_option(entry.form) for entry in self.options.entries if entry.form.written()]}

    def refuse(self, fields: dict[str, Any]) -> None:
        """What is wrong with the options stands beside the first one."""
        first = self.options.entries[0].form.text
        if "options" in fields:
            first.errors = [*first.errors, fields["options"]]
        super().refuse({name: sentence for name, sentence in fields.items() if name != "options"})


class SingleForm(ChoiceForm):
    """One option is right."""

    kind = Kind.SINGLE


class MultipleForm(ChoiceForm):
    """Several options may be right."""

    kind = Kind.MULTIPLE


def _option(form: OptionForm) -> dict[str, Any]:
    return {
        "key": _key(form.key.data), "text": (form.text.data or "").strip(), "right": bool(form.right.data),
        "feedback": (form.feedback.data or "").strip(),
    }  # fmt: skip


def _key(text: str | None) -> str:
    """Keys are ours: whatever else comes back from a page gets a new one."""
    return text if text and len(text) == 8 and all(c in "0123456789abcdef" for c in text) else ""
