"""Where a recording is shown, told by the room that knows modules: the dye of its bands, and the steps themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Effect:
    """What another file means for the learners of one cohort at one step. Seconds are of the new file."""

    cohort: str
    step: str
    done: int  # They have done the step, and keep it.
    done_below: int  # Of them, how many have seen less of the new file than is asked.
    watching: int  # They have not, but have seen something of the present file.
    again: float  # How many seconds more one learner has to see than with the present file, at most.


@dataclass(frozen=True, slots=True)
class Named:
    """Something of a room above that names a second of the file in use, and the page where that is changed."""

    second: float
    what: str
    url: Callable[[], str]  # Asked by a page alone: the command line has no addresses.


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to be used instead of another, and where its time lies there."""

    recording_id: int
    version_id: int
    duration: float
    pieces: Sequence[Sequence[float]]


@dataclass(frozen=True)
class Source:
    """`place`: of the first module that shows a recording (from 1), for a statement that names its id. `steps`: all
    that show it, in one statement. `page`: the address where steps are made and changed. `effect`: what another file
    means for learners. `shown`: told when another file has come into use."""

    place: Callable[[Any], Any]
    steps: Callable[[Session, int], Sequence[Use]]
    page: Callable[[], str]
    effect: Callable[[Session, Change], Sequence[Effect]]
    shown: Callable[[Session, int, datetime], None]


_SOURCES: list[Source] = []
_NAMING: list[Callable[[Session, int], Sequence[Named]]] = []


def provide(source: Source) -> None:
    """Let a room above tell where recordings are shown."""
    _SOURCES[:] = [source]


def name(ask: Callable[[Session, int], Sequence[Named]]) -> None:
    """Let a room above tell what names seconds of a recording."""
    if ask not in _NAMING:
        _NAMING.append(ask)


def named(session: Session, recording_id: int) -> list[Named]:
    """All that names seconds of the recording."""
    return [each for ask in _NAMING for each in ask(session, recording_id)]


def place_of(recording_id: Any) -> Any:
    """The place as a column; empty while nobody tells it."""
    return _SOURCES[0].place(recording_id) if _SOURCES else literal(None)


def steps_of(session: Session, recording_id: int) -> Sequence[Use]:
    """The steps that show the recording; none while nobody tells them."""
    return _SOURCES[0].steps(session, recording_id) if _SOURCES else ()


def page() -> str:
    """Where a recording is hung on a step; empty while nobody tells it."""
    return _SOURCES[0].page() if _SOURCES else ""


def effect(session: Session, change: Change) -> Sequence[Effect]:
    """What another file means for learners, a line for each cohort and step; none while nobody tells it."""
    return _SOURCES[0].effect(session, change) if _SOURCES else ()


def shown_anew(session: Session, recording_id: int, now: datetime) -> None:
    """Tell that another file has come into use."""
    if _SOURCES:
        _SOURCES[0].shown(session, recording_id, now)


def dye(place: int | None) -> int:
    """A module keeps its dye everywhere; what none shows has none."""
    return bands.dye(place) if place else 0
