"""Where a recording loses people: minute by minute, those who saw it and those who left there, a line that failed told
apart from a wish to stop.

Who saw half of a minute saw it. Somebody leaves at the last second before a pause of days, or before silence until now,
unless the step was done by then; whoever comes back has left all the same, once in each minute. Where the last report
before the pause tells of a line that was too slow, the line is the likelier reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from modules.rules.coverage import Range

PAUSE = timedelta(days=2)
MINUTE = 60.0
HALF = 0.5
STALLED_S = 5.0  # Together, or two stops: what nobody notices is no reason to go.
STALLS = 2


class Last(NamedTuple):
    """The last report of somebody before a pause: when, at which second, and how slow the line was meanwhile."""

    person: int
    at: datetime
    second: float
    stalls: int = 0
    stalled_seconds: float = 0.0


class Minute(NamedTuple):
    """How many people saw a minute of the recording, left in it of their own accord or on a slow line, and for how many
    the line was too slow there."""

    saw: int
    left: int
    cut: int
    slow: int


def stalled(stalls: int, seconds: float) -> bool:
    """Whether a line was so slow that it was noticed."""
    return stalls >= STALLS or seconds >= STALLED_S


def minutes(
    duration: float,
    seen: Mapping[int, Sequence[Range]],
    lasts: Iterable[Last],
    slow: Iterable[tuple[int, Range]],
    *,
    done: Mapping[int, datetime],
    now: datetime,
) -> list[Minute]:
    """Every minute of a recording: `seen` by person; `lasts` are followed by a pause; `slow`: who waited in which
    passage; `done`: when."""
    count = max(int(-(-duration // MINUTE)), 1)
    saw, left, cut, waited = ([set[int]() for _ in range(count)] for _ in range(4))
    for person, ranges in seen.items():
        for place in _seen(ranges, duration, count):
            saw[place].add(person)
    for last in lasts:
        finished = done.get(last.person)
        if (finished is None or finished > last.at) and now - last.at >= PAUSE:
            why = cut if stalled(last.stalls, last.stalled_seconds) else left
            why[_place(last.second, count)].add(last.person)
    for person, (start, end) in slow:
        for place in range(_place(start, count), _place(max(end - 1, start), count) + 1):
            waited[place].add(person)
    return [Minute(*map(len, sets)) for sets in zip(saw, left, cut, waited, strict=True)]


def _place(second: float, count: int) -> int:
    return min(max(int(second // MINUTE), 0), count - 1)


def _seen(ranges: Sequence[Range], duration: float, count: int) -> list[int]:
    held = [0.0] * count
    for start, end in ranges:
        for place in range(_place(start, count), _place(end, count) + 1):
            first, last = place * MINUTE, (place + 1) * MINUTE
            held[place] += max(min(end, last) - max(start, first), 0.0)
    return [place for place in range(count) if held[place] >= HALF * min(MINUTE, duration - place * MINUTE) > 0]
