"""The form that all forms extend: translated messages, trimmed text, no surprise."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import DateField, Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.i18n import gettext

# WTForms' own messages as they come out of it; naming them here puts them into our catalogue.
OWN_MESSAGES = {
    "This field is required.": "Fill in this field.",
    "Not a valid choice.": "Choose one of the answers in the list.",
    "Not a valid choice": "Choose one of the answers in the list.",
    "Not a valid integer value.": "Write a whole number.",
    "Not a valid float value.": "Write a number.",
    "Not a valid decimal value.": "Write a number.",
    "Not a valid date value.": "Write the date as day, month, year.",
    "Not a valid datetime value.": "Write the date and the time.",
    "Not a valid time value.": "Write the time as hours and minutes, 09:30.",
    "Invalid email address.": "Write a complete e-mail address.",
}

LAST_PAGE = 10_000
NOT_GIVEN_BACK = re.compile(r"pass|current|again|token|code|login|_id$")


def page_number(name: str = "page") -> int:
    """The page that the address asks for, the first when it names none; the query then goes no further than it has."""
    return min(max(request.args.get(name, 1, type=int), 1), LAST_PAGE)


def typed_texts(sent: Iterable[tuple[str, str]]) -> list[str]:
    """What somebody wrote in words in a form that could not be taken: no secret, no choice, no single word."""
    texts = (text.strip() for name, text in sent if not NOT_GIVEN_BACK.search(name))
    return [text for text in texts if re.search(r"\s", text)]


def choices(words: Mapping[Any, Any] | Iterable[tuple[Any, Any]], empty: Any = None) -> list[SelectChoice]:
    """Values and words as the choices of a field, with an empty one first if it is named."""
    pairs = words.items() if isinstance(words, Mapping) else words
    first = [SelectChoice("", empty)] if empty is not None else []
    return first + [SelectChoice(str(value), word) for value, word in pairs]


class Translations:
    """WTForms' messages in our words and in the viewer's language."""

    def gettext(self, string: str) -> str:
        return gettext(OWN_MESSAGES.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Unfilled: WTForms puts its own names (%(max)d) into the text that it gets."""
        return gettext(singular if n == 1 else plural)


class Form(FlaskForm):
    """Base of all forms."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Translations:
            return Translations()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Browsers send `type=date` as ISO; people without one type 12/06/2027."""
            field = unbound_field.bind(form=form, **options)
            field.validators = [_readable, *field.validators]
            if isinstance(field, DateField) and type(field) is DateField:
                field.strptime_format = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]
            return field

    def refuse(self, fields: dict[str, Any]) -> None:
        """Put the sentences of a refused action beside their fields; unknown names go to the top of the form."""
        for name, sentence in fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.form_errors.append(sentence)


def _readable(_form: Any, field: Field) -> None:
    """What is no number, no date is refused in one sentence: what else is asked of it would say the same again."""
    if field.process_errors and any(str(text).strip() for text in field.raw_data or ()):
        raise StopValidation
