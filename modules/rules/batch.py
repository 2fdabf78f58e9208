"""A batch of watching as it arrives: what is refused, what is clipped, what is only marked."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from modules.rules.coverage import PLACES, Range, clip, merge

MOST_SEGMENTS = 20_000
# Three devices that report every 15 seconds all day and are moved about as often weigh 3 × 11,520 × 11 = 380,160.
MOST_A_DAY = 500_000
ROW_WEIGHS = 10  # A row by itself takes the room of about ten passages.
FASTEST = 16.0  # No player goes faster; a batch without a speed is measured against it.
CLOCK_AHEAD = timedelta(minutes=2)
CLOCK_BEHIND = timedelta(days=400)
ALLOWANCE_S = 5.0
TRAVEL = timedelta(seconds=2)
UNMEASURED_S = 60.0  # A player reports every 15 seconds, from a tab in the background every minute.


Span = tuple[datetime, datetime]


class Refused(ValueError):
    """The batch cannot be read; `why` is one of not_a_number, ends_before_start, too_many, not_a_pair."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Batch:
    """A readable batch: what was played inside the recording, and where the player stands."""

    ranges: list[Range]
    position: float | None
    union: list[Range]

    @property
    def played(self) -> float:
        """How many seconds were played, repeated ones as often as they were."""
        return sum(end - start for start, end in self.ranges)


def read(segments: Sequence[Sequence[float]], position: float | None, duration: float | None) -> Batch:
    """The batch, clipped to the recording; Refused when it makes no sense."""
    if len(segments) > MOST_SEGMENTS:
        raise Refused("too_many")
    for segment in segments:
        if len(segment) != 2:
            raise Refused("not_a_pair")
        if not (math.isfinite(segment[0]) and math.isfinite(segment[1])):
            raise Refused("not_a_number")
        if segment[1] < segment[0]:
            raise Refused("ends_before_start")
    if position is not None:
        if not math.isfinite(position):
            raise Refused("not_a_number")
        position = round(max(0.0, position if duration is None else min(position, duration)), PLACES)
    ranges = clip(segments, duration)
    return Batch(ranges, position, merge(ranges))


def within(batch: Batch, duration: float) -> Batch:
    """A batch that was read before the length was known, clipped to it."""
    position = None if batch.position is None else round(min(batch.position, duration), PLACES)
    if not batch.union or batch.union[-1][1] <= duration:
        return Batch(batch.ranges, position, batch.union)
    return Batch(clip(batch.ranges, duration), position, clip(batch.union, duration))


def weight(batch: Batch) -> int:
    """What storing a batch takes, in passages."""
    return ROW_WEIGHS + len(batch.ranges)


def stored_on(summaries: Iterable[Any], day: date) -> int:
    """What somebody's facts of a step that came on this day weigh, all versions together."""
    return sum(summary.stored for summary in summaries if summary.stored_on == day)


def seconds_to_next_day(now: datetime) -> int:
    """How long until a new day (UTC) begins to be counted."""
    begins = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return math.ceil((begins - now).total_seconds())


def marks(
    batch: Batch,
    *,
    now: datetime,
    device_time: datetime | None = None,
    speed: float | None = None,
    previous: datetime | None = None,
    played: bool = True,
    elsewhere: bool = False,
) -> list[str]:
    """What is odd about a batch: nothing is dropped for it. `previous` is the same device's last device time; what was
    read instead of `played` has no speed; `elsewhere`: another device of the person played meanwhile."""
    found = []
    if device_time is not None:
        if device_time > now + CLOCK_AHEAD:
            found.append("future")
        elif device_time < now - CLOCK_BEHIND:
            found.append("clock")
        elif previous is not None and device_time < previous:
            found.append("clock")
    if played and not found:
        found += _pace(batch.played, device_time, previous, speed)
    if speed is not None and (not math.isfinite(speed) or not 0 < speed <= FASTEST):
        found.append("speed")
    if elsewhere:
        found.append("overlap")
    return found


def span(
    seconds: float,
    speed: float | None,
    *,
    device_time: datetime | None,
    sent_at: datetime | None,
    now: datetime,
    played: bool = True,
) -> Span | None:
    """When a batch was played at the latest and for how long at least, by the clock of the server; None: not known.

    A device's clock may be wrong by years: what it said when the report left it (`sent_at`) is now. A few seconds less
    at both ends, for reports travel.
    """
    if not played or device_time is None or sent_at is None:
        return None
    if not timedelta() <= sent_at - device_time < CLOCK_BEHIND:
        return None
    pace = speed if speed is not None and math.isfinite(speed) and 0 < speed <= FASTEST else FASTEST
    ended = now - (sent_at - device_time)
    began = ended - timedelta(seconds=seconds / max(pace, 1.0))
    began, ended = began + TRAVEL, ended - TRAVEL
    return (began, ended) if began < ended else None


def _pace(seconds: float, device_time: datetime | None, previous: datetime | None, speed: float | None) -> list[str]:
    """Played faster than time went by, or too much at once with no time to measure it against."""
    if device_time is None or previous is None:
        return ["unmeasured"] if seconds > UNMEASURED_S * max(speed or 0.0, 1.0) + ALLOWANCE_S else []
    fastest = FASTEST if speed is None else max(speed, 1.0)
    return ["fast"] if seconds > (device_time - previous).total_seconds() * fastest + ALLOWANCE_S else []
