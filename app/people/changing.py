"""What another cohort changes for somebody who moves there, told by the rooms that give cohorts something."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Change:
    """Something that a cohort has: what is done of it and goes along, and how it is given here and there."""

    what: Any
    done: str
    here: str
    there: str


@dataclass(frozen=True)
class Room:
    """`tell`: of a person, from one cohort to another, by their ids. `moved`: told when it was done."""

    tell: Callable[[Session, int, int, int], Sequence[Change]]
    moved: Callable[[Session, int, datetime], None]


_ROOMS: dict[str, Room] = {}


def provide(name: str, room: Room) -> None:
    """Let a room above say what it gives to cohorts."""
    _ROOMS[name] = room


def changes(session: Session, person_id: int, here: int, there: int) -> list[Change]:
    """All that another cohort has or has not."""
    return [change for room in _ROOMS.values() for change in room.tell(session, person_id, here, there)]


def told(session: Session, person_id: int, now: datetime) -> None:
    """Somebody learns elsewhere from now on."""
    for room in _ROOMS.values():
        room.moved(session, person_id, now)
