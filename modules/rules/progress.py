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


def states(done: Sequence[bool], opened: bool) -> list[StepState]:
    """The first step not done is the one to do now; before the opening all others are locked."""
    found: list[StepState] = []
    for each in done:
        if each:
            found.append(StepState.DONE)
        elif not opened:
            found.append(StepState.LOCKED)
        else:
            found.append(StepState.TODO if StepState.NOW in found else StepState.NOW)
    return found
