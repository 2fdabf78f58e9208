"""What people have in the rooms above: told before two accounts become one, and put right when they do or part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Held:
    """Something of one kind, and how much of it each of these people has, in words."""

    word: Any
    of: Mapping[int, str]


@dataclass
class Union:
    """Two accounts that become one, or part again. In `moved` a room keeps what it needs to give back."""

    gone_id: int
    kept_id: int
    by: Any
    now: datetime
    moved: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Keeper:
    """A room's part: what it tells of people; `tables` whose rows it moves itself or makes again; what it does once all
    other rows have moved, and once they are back."""

    tell: Callable[[Session, Sequence[int]], Sequence[Held]]
    tables: frozenset[str] = frozenset()
    join: Callable[[Session, Union], None] = lambda session, union: None
    part: Callable[[Session, Union], None] = lambda session, union: None


_KEEPERS: dict[str, Keeper] = {}


def provide(room: str, keeper: Keeper) -> None:
    """Let a room above say what is people's in it."""
    _KEEPERS[room] = keeper


def keepers() -> Sequence[Keeper]:
    """In the order in which the rooms were opened."""
    return list(_KEEPERS.values())


def held(session: Session, people: Sequence[int]) -> list[Held]:
    """All that these people have in the rooms above."""
    return [line for keeper in keepers() for line in keeper.tell(session, people)]
