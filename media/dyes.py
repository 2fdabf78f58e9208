"""The dye of a recording's bands: that of the module which shows it, told by the room that knows modules."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import literal

from app.web import bands

_SOURCES: list[Callable[[Any], Any]] = []


def provide(source: Callable[[Any], Any]) -> None:
    """Let a room above tell the place (from 1) of the module that shows a recording, for a statement that names its
    id."""
    _SOURCES[:] = [source]


def place_of(recording_id: Any) -> Any:
    """The place as a column; empty while nobody tells it."""
    return _SOURCES[0](recording_id) if _SOURCES else literal(None)


def dye(place: int | None) -> int:
    """A module keeps its dye everywhere; what none shows has none."""
    return bands.dye(place) if place else 0
