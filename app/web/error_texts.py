"""What each refusal says, the page and the problem document of the API: what happened, and that nothing is lost."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import LazyString

from app.i18n import lazy

_TEXTS = {
    400: (
        lazy("This form is too old to be sent."),
        lazy("Go back, load the page again and send it once more. Nothing was changed."),
    ),
    401: (lazy("You are no longer signed in."), lazy("Sign in again: what you had saved is still there.")),
    403: (lazy("This page is not open to you."), lazy("If you need it, ask an administrator for the right to see it.")),
    404: (
        lazy("This page does not exist, or its address has changed."),
        lazy("The minutes you have seen, your answers and your notes are untouched."),
    ),
    405: (lazy("This address does not do that."), lazy("Go back to the page you came from. Nothing was changed.")),
    409: (
        lazy("This is not possible as things stand."),
        lazy("Load the page again to see where things stand, then decide once more."),
    ),
    413: (
        lazy("This is too large to be sent."),
        lazy("Choose a smaller file or shorten the text. Nothing was changed."),
    ),
    422: (
        lazy("Something in what you sent is not right."),
        lazy("Go back: what you typed is still in the form. Correct it and send it again."),
    ),
    429: (
        lazy("That was too often in a short time."),
        lazy("Wait a moment, then try again. Your account is not blocked for good."),
    ),
    500: (
        lazy("A fault on our side stopped this page."),
        lazy("It has been recorded. What you had saved before is still there; try again in a moment."),
    ),
    503: (
        lazy("The server is resting for a moment."),
        lazy("What you had saved before is still there. This page can be loaded again in half a minute."),
    ),
}
_OTHER = (
    lazy("This request could not be carried out."),
    lazy("Go back to the page you came from. Nothing was changed."),
)

# Who asks by the API has no page before the eyes.
_WITHOUT_PAGE = _TEXTS | {
    400: (
        lazy("This request cannot be read."),
        lazy("It is malformed, or what shows that it comes from here is too old. Nothing was changed."),
    ),
    401: (
        lazy("It is not known who asks."),
        lazy("Send a token that is still good, or sign in again. What was saved is still there."),
    ),
    403: (lazy("This is not open to you."), lazy("If you need it, ask an administrator for the right to it.")),
    404: (lazy("There is nothing at this address."), lazy("Check the address. Nothing was changed.")),
    405: (
        lazy("This address does not do that."),
        lazy("The header Allow names the methods that it knows. Nothing was changed."),
    ),
    409: (
        lazy("This is not possible as things stand."),
        lazy("Read again how things stand now, then decide once more."),
    ),
    422: (
        lazy("Something in what you sent is not right."),
        lazy("Correct it and send it again. Nothing was changed."),
    ),
    500: (
        lazy("A fault on our side stopped this request."),
        lazy("It has been recorded. What you had saved before is still there; try again in a moment."),
    ),
    503: (
        lazy("The server is resting for a moment."),
        lazy("What you had saved before is still there. Send it again in half a minute."),
    ),
}
_OTHER_WITHOUT_PAGE = (_OTHER[0], lazy("Nothing was changed."))

# By the type that pydantic gives each error, or its ending.
_OF_VALUES = {
    "missing": lazy("This field is missing."),
    "extra_forbidden": lazy("There is no field of this name."),
    "json_invalid": lazy("This is not JSON."),
    "too_long": lazy("This is too long."),
    "too_short": lazy("This is too short."),
    "than": lazy("This number is out of range."),
    "than_equal": lazy("This number is out of range."),
    "finite_number": lazy("This number is out of range."),
    "literal_error": lazy("This is none of the values that are possible."),
    "enum": lazy("This is none of the values that are possible."),
    "float_type": lazy("A number is expected here, without quotation marks."),
    "int_type": lazy("A whole number is expected here, without quotation marks."),
    "bool_type": lazy("Either true or false is expected here, without quotation marks."),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "date_parsing"),
        lazy("A moment is written like 2026-03-04T15:30:00Z."),
    ),
    "type": lazy("This value is of another type."),
    "parsing": lazy("This value is of another type."),
    "timezone_aware": lazy("A moment needs its time zone."),
}


def sentence_for(error: Mapping[str, Any]) -> Any:
    """What is wrong with one value that came in by the API, in the asker's language where it is of a usual kind."""
    own = error.get("ctx", {}).get("error")
    if isinstance(own, Exception):  # a rule of our own; the library names its reasons in English
        return str(own)
    kind = str(error["type"])
    return next((_OF_VALUES[end] for end in _endings(kind) if end in _OF_VALUES), error["msg"])


def _endings(kind: str) -> Iterator[str]:
    """ "string_too_long", "too_long", "long"."""
    parts = kind.split("_")
    yield from ("_".join(parts[start:]) for start in range(len(parts)))


def text_for(status: int) -> tuple[LazyString, LazyString]:
    """Title and sentence of the page of a status."""
    return _TEXTS.get(status, _TEXTS[500] if status >= 500 else _OTHER)


def text_without_page(status: int) -> tuple[LazyString, LazyString]:
    """Title and sentence of the problem document of a status."""
    return _WITHOUT_PAGE.get(status, _WITHOUT_PAGE[500] if status >= 500 else _OTHER_WITHOUT_PAGE)
