"""Where a recording is shown, told by the room that knows modules: the dye of its bands, and the steps themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal
from sqlalchemy.orm import Session

from app.web import bands


@dataclass(frozen=True, slots=True)
class Use:
    """A step that shows the recording, and the page where that is changed."""

    module: str
    step: str
    url: str


@dataclass(frozen=True)
class Source:
    """`place`: of the first module that shows a recording (from 1), for a statement that names its id. `steps`: all
    that show it, in one statement. `page`: the address where steps are made and changed."""

    place: Callable[[Any], Any]
    steps: Callable[[Session, int], Sequence[Use]]
    page: Callable[[], str]


_SOURCES: list[Source] = []


def provide(source: Source) -> None:
    """Let a room above tell where recordings are shown."""
    _SOURCES[:] = [source]


def place_of(recording_id: Any) -> Any:
    """The place as a column; empty while nobody tells it."""
    return _SOURCES[0].place(recording_id) if _SOURCES else literal(None)


def steps_of(session: Session, recording_id: int) -> Sequence[Use]:
    """The steps that show the recording; none while nobody tells them."""
    return _SOURCES[0].steps(session, recording_id) if _SOURCES else ()


def page() -> str:
    """Where a recording is hung on a step; empty while nobody tells it."""
    return _SOURCES[0].page() if _SOURCES else ""


def dye(place: int | None) -> int:
    """A module keeps its dye everywhere; what none shows has none."""
    return bands.dye(place) if place else 0
