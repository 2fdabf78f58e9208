"""The kinds of question and what a stored answer of each looks like."""

from enum import StrEnum
from typing import Any, assert_never

from app.text import says_nothing

LONGEST_SHORT = 1_000
LONGEST_OPEN = 20_000

Value = str | bool | list[str] | None


class Kind(StrEnum):
    """A kind of question; the value is what the database holds."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUEFALSE = "truefalse"
    SHORT = "short"
    NUMBER = "number"
    OPEN = "open"


class NotAnAnswer(ValueError):
    """What was sent cannot be an answer to this kind of question."""


def clean(kind: Kind, spec: dict[str, Any], raw: Any) -> Value:
    """The answer to store for what was sent; None when it was left or made blank, or nothing of it can be seen."""
    match kind:
        case Kind.SINGLE:
            return _option(spec, raw)
        case Kind.MULTIPLE:
            return _options(spec, raw)
        case Kind.TRUEFALSE:
            return _verdict(raw)
        case Kind.SHORT | Kind.NUMBER:
            return _words(raw, LONGEST_SHORT)
        case Kind.OPEN:
            return _words(raw, LONGEST_OPEN)
        case _:
            assert_never(kind)


def blank(value: Value) -> bool:
    """Whether nothing was answered. False is an answer: it is the word "false"."""
    return value is None or value == [] or (isinstance(value, str) and says_nothing(value))


def chosen(value: Value) -> list[str]:
    """The keys of the options that an answer to a question with options names."""
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def told(kind: Kind, spec: dict[str, Any], value: Value, *, explained: bool) -> list[dict[str, Any]]:
    """The options whose feedback the learner may read: those chosen; once the answer is explained, right ones too."""
    if kind not in (Kind.SINGLE, Kind.MULTIPLE):
        return []
    read = (option for option in spec["options"] if option["key"] in chosen(value) or (explained and option["right"]))
    return [option for option in read if option.get("feedback_html")]


def _option(spec: dict[str, Any], raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or raw not in _keys(spec):
        raise NotAnAnswer("option")
    return raw


def _options(spec: dict[str, Any], raw: Any) -> list[str] | None:
    if raw is None:
        return None
    if not isinstance(raw, list) or not all(isinstance(key, str) for key in raw):
        raise NotAnAnswer("options")
    chosen = set(raw)
    if not chosen <= set(_keys(spec)):
        raise NotAnAnswer("options")
    return [key for key in _keys(spec) if key in chosen] or None


def _verdict(raw: Any) -> bool | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        return raw
    if raw not in ("true", "false"):
        raise NotAnAnswer("verdict")
    return bool(raw == "true")


def _words(raw: Any, longest: int) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise NotAnAnswer("text")
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest:
        raise NotAnAnswer("long")
    if "\0" in text or _has_lone_surrogate(text):
        raise NotAnAnswer("character")
    return None if says_nothing(text) else text


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _keys(spec: dict[str, Any]) -> list[str]:
    return [option["key"] for option in spec["options"]]
