"""Which page opens, and which page edits, a step of each kind. Rooms hung on steps register here, so that this room
never imports them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step. Endpoints are called as url_for(endpoint, public_id=step.public_id).

    `open_endpoint` None: this room shows the step itself. `edit_endpoint` None: this room has the form; else
    `edit_label` is what a link to it says. `for_visitors` says on the title page, in words, how much of it a cycle
    (by id) holds.
    """

    name: str
    label: Any
    open_endpoint: str | None = None
    edit_endpoint: str | None = None
    edit_label: Any = None
    for_visitors: Callable[[Session, int], str] | None = None


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of step known; registering it again replaces it."""
    _KINDS[kind.name] = kind


def get(name: str) -> Kind:
    """The kind, or a bare one for steps whose room is not installed."""
    return _KINDS.get(name) or Kind(name, name)


def every() -> list[Kind]:
    """All kinds, in the order in which they were registered."""
    return list(_KINDS.values())
