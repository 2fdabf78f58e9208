"""Where somebody stands in a module: which step is done, which is next, which is still closed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

DYES = 6


class StepState(StrEnum):
    """The four states of a step; each has a word and a square."""

    DONE = "done"
    NOW = "now"
    TODO = "todo"
    LOCKED = "locked"


def dye(position: int) -> int:
    """The dye of the module at this place (from 1) of its cycle: 1 to 6, then again."""
    return (position - 1) % DYES + 1


def is_open(opens_at: datetime | None, now: datetime) -> bool:
    """Whether an assignment has begun."""
    return opens_at is None or opens_at <= now


def states(
    done: Sequence[bool], opened: bool, locked: Sequence[bool] = (), needed: Sequence[bool] = ()
) -> list[StepState]:
    """The first step not done that is needed is the one to do now; before the opening all others are locked, and after
    it those that another step opens."""
    found: list[StepState] = []
    for place, each in enumerate(done):
        if each:
            found.append(StepState.DONE)
        elif not opened or (locked and locked[place]):
            found.append(StepState.LOCKED)
        elif StepState.NOW in found or (needed and not needed[place]):
            found.append(StepState.TODO)
        else:
            found.append(StepState.NOW)
    return found
