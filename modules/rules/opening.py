"""Where a recording opens for who comes back to it; the words before the click and the player read the same answer."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from modules.rules.coverage import Range, missing

PLAYABLE = 1.0  # Shorter passages cannot be played; who was left so near the end was left at the end.


class Why(StrEnum):
    """Why it opens there."""

    NEW = "new"  # It was never begun, or left at its first moment.
    LEFT = "left"
    MISSING = "missing"  # Left at its end: what is missing comes next.
    AGAIN = "again"  # Left at its end, and nothing is missing.


class Opening(NamedTuple):
    """The second, and why."""

    second: float
    why: Why


def opening(position: float | None, ranges: Sequence[Range], duration: float | None) -> Opening:
    """The place last left; left at the end, the first missing passage; with nothing missing, the start."""
    if not duration or not position or position <= 0:
        return Opening(0.0, Why.NEW)
    if position < duration - PLAYABLE:
        return Opening(position, Why.LEFT)
    gaps = missing(ranges, duration, at_least=PLAYABLE)
    return Opening(gaps[0][0], Why.MISSING) if gaps else Opening(0.0, Why.AGAIN)
