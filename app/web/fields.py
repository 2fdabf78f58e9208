"""What the form macros need of a field and Jinja cannot say."""

from collections.abc import Iterator
from typing import Any

from wtforms import Field
from wtforms.form import BaseForm

GROUPS = {"RadioField", "SelectMultipleField", "MultiCheckboxField"}


def field_attributes(field: Field, id: str, hint: str, errors: list[str], given: dict[str, Any]) -> dict[str, Any]:
    """The control's attributes: what describes it, that it is wrong, and sensible defaults for its kind."""
    own: dict[str, Any] = {"required": False}  # The browser's own bubble would come before our sentence.
    notes = [f"{id}-{what}" for what, there in (("hint", hint), ("error", errors)) if there]
    if notes:
        own["aria-describedby"] = " ".join(notes)
    if errors:
        own["aria-invalid"] = "true"
    if field.type == "TextAreaField":
        own["rows"] = 6
    if field.type in ("TelField", "EmailField", "URLField"):
        own["dir"] = "ltr"
    return own | {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}


def form_errors(form: BaseForm | None) -> list[tuple[str, str]]:
    """(id of the control to go to, sentence) for each error, in the order of the form; "" for errors of no field."""
    if form is None:
        return []
    general = [("", str(sentence)) for sentence in getattr(form, "form_errors", ())]
    return general + [error for field in form for error in _errors_of(field)]


def _errors_of(field: Field) -> Iterator[tuple[str, str]]:
    if hasattr(field, "entries"):  # a list of fields
        for entry in field.entries:
            yield from _errors_of(entry)
    elif hasattr(field, "form"):  # a form within the form
        yield from form_errors(field.form)
    else:
        goal = "" if field.type == "HiddenField" else f"{field.id}-0" if field.type in GROUPS else field.id
        yield from ((goal, str(sentence)) for sentence in field.errors)
