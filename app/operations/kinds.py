"""The kinds of jobs that operators see. A room declares each with the rows that stand for its jobs, the words for them,
and what may be done with one; so a new kind appears on the page and on the command line by itself.

kinds.provide(Kind("media.transcode", lazy("Conversion"), rows=…, stage=…, …))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Double, cast, extract
from sqlalchemy.orm import Session

from app.config import Config

SINCE = "since"  # The parameter of `rows`: failures before it are not shown.
LAST = 1e12  # Seconds after everything that cannot wait.


class Standing(IntEnum):
    """Where a job stands, in the order in which jobs are listed."""

    RUNNING = 0
    WAITING = 1
    FAILED = 2


class Line(NamedTuple):
    """One job; `Kind.rows` gives columns of these names, in this order, but the last."""

    kind: str
    id: str  # What the kind finds it by.
    subject: str
    standing: int
    stage: str
    reason: str | None
    part: float | None
    left: float | None  # Seconds.
    worker: str | None
    attempt: int
    next_try_at: datetime | None
    at: datetime  # Since when it stands so.
    page: str | None  # What `Kind.url` finds the subject's page by.
    turn: float  # In which order workers take what waits.
    place: int | None  # Among what could be taken now.


@dataclass(frozen=True)
class Acts:
    """What may be done with a job as it stands."""

    retry: bool
    cancel: bool


@dataclass(frozen=True)
class Kind:
    """One kind of jobs. `retry` and `cancel` find the row by its id and refuse in words; they neither load nor ask who
    may, for only administrators and the command line come here."""

    name: str
    words: Any
    rows: Callable[[], Any]  # A select of Line's columns; composed once.
    stage: Callable[[Line], str]  # How far it is, in words; empty where its standing says all.
    sentence: Callable[[Line], str]  # Why it waits or failed; empty where there is nothing to say.
    url: Callable[[Line], str]
    acts: Callable[[Line], Acts]
    lost: Any  # What cancelling means, before it is done.
    retry: Callable[[Session, str, Any, datetime], None]
    cancel: Callable[[Session, str, Any, datetime], None]


@dataclass(frozen=True)
class Place:
    """Where jobs need room: `folder` is None where nobody can say how much is left."""

    words: Any
    folder: Path | None


KINDS: dict[str, Kind] = {}
_PLACES: list[Callable[[Config], Sequence[Place]]] = []


def turn(since: Any, lasts: Any, *, last: bool) -> Any:
    """The turn of a job that waits since then and lasts so many seconds, as `jobs.ring` hears it."""
    return cast(extract("epoch", since), Double) + lasts + (LAST if last else 0.0)


def provide(kind: Kind) -> None:
    """Let operators see jobs of this kind."""
    KINDS[kind.name] = kind


def provide_places(places: Callable[[Config], Sequence[Place]]) -> None:
    """Let operators see how full these are."""
    if places not in _PLACES:
        _PLACES.append(places)


def places(config: Config) -> list[Place]:
    """All of them."""
    return [place for told in _PLACES for place in told(config)]
