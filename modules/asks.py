"""What a rule may ask of a step of each kind, beside that it is done: rooms state it here, so that the form of a
module's rules has a field for it without knowing them.

An `Ask` reads what was typed (ValueError: it cannot be asked so) and shows what a rule version says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ask:
    """A field of a rule: `name` is its key in the terms of a step; `first` is what counts where the terms say nothing,
    asked of the step; with `choices` it is a list of (value, label)."""

    name: str
    label: Any
    read: Callable[[str], Any]
    show: Callable[[Any], str]
    refusal: Any
    first: Callable[[Any], Any]
    choices: Sequence[tuple[str, Any]] = ()


_ASKS: dict[str, list[Ask]] = {}


def register(kind: str, ask: Ask) -> None:
    """Let rules ask this of steps of a kind; the same name again replaces."""
    _ASKS[kind] = [*(one for one in _ASKS.get(kind, []) if one.name != ask.name), ask]


def of(kind: str) -> Sequence[Ask]:
    """What can be asked of such a step."""
    return _ASKS.get(kind, [])


def value(ask: Ask, terms: Mapping[str, Any], step: Any) -> Any:
    """What these terms of a step ask, said or not."""
    return terms.get(ask.name, ask.first(step))
