"""The kinds of notices and their words, registered by the rooms that write them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.notices.values import said

Words = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """`subject` and `line` are lazy texts that `words` fill in, or functions of the filled words; `urgent`: mailed at
    once, outside of quiet hours; `label`: how trainers switch the kind off for a cohort, empty where they may not."""

    name: str
    subject: Any
    line: Any
    urgent: bool = False
    label: Any = ""


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let notices of this kind be written; again replaces."""
    KINDS[kind.name] = kind


def labelled() -> list[Kind]:
    """The kinds that a cohort may be spared."""
    return [kind for kind in KINDS.values() if kind.label]


def subject(name: str, words: Words) -> str:
    """What it is about, in the language that speaks now; "" for a kind that no room has any more."""
    return _filled(KINDS[name].subject, words) if name in KINDS else ""


def line(name: str, words: Words) -> str:
    """The notice in words."""
    return _filled(KINDS[name].line, words) if name in KINDS else ""


def _filled(text: Any | Callable[[Words], str], words: Words) -> str:
    filled = said(words)
    return str(text(filled)) if callable(text) else str(text) % filled
