"""How many attempts and how much time a person has, and which save counts."""

from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(seconds=60)  # A save that left in time may be slow on the way.


class Standing(StrEnum):
    """Whether a received answer counts, and if not, why. It is kept in any case."""

    COUNTS = "counts"
    LATE = "late"
    HANDED_IN = "handed_in"


def attempts_left(most: int | None, made: int) -> int | None:
    """How many more attempts may begin; None when there is no limit."""
    return None if most is None else max(most - made, 0)


def due(started_at: datetime, limit_s: int | None) -> datetime | None:
    """When the time of an attempt ends, if it is limited."""
    return None if limit_s is None else started_at + timedelta(seconds=limit_s)


def seconds_left(due_at: datetime | None, now: datetime) -> int | None:
    """Whole seconds until the end, never below 0; None without a limit."""
    return None if due_at is None else max(int((due_at - now).total_seconds()), 0)


def over(due_at: datetime | None, now: datetime) -> bool:
    """Whether the attempt can receive no more answers that count."""
    return due_at is not None and now > due_at + GRACE


def standing(due_at: datetime | None, submitted_at: datetime | None, now: datetime) -> Standing:
    """What an answer received now is worth."""
    if submitted_at is not None:
        return Standing.HANDED_IN
    return Standing.LATE if over(due_at, now) else Standing.COUNTS


def said_at(device_time: datetime | None, started_at: datetime, received_at: datetime) -> datetime:
    """When the person answered: the device's word, but never later than the server received it; a word from before the
    attempt began is wrong, and counts for nothing.

    So an answer that waited in a phone without signal does not replace one given since on another device.
    """
    if device_time is None or device_time < started_at:
        return received_at
    return min(device_time, received_at)
