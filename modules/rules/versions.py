"""What was seen of several files of one recording, as it stands in the newest file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from media.rules import carry
from modules.rules.classes import ONLINE, Classes, counted
from modules.rules.coverage import Range, clip, merge, missing, seen_enough

LEAST_CHANGE = 0.5  # Seconds: what is shorter is nothing to speak of.


class Kept(NamedTuple):
    """What is kept of a person's facts of one version and class, as rows name it; `pieces` maps its time to the
    newest."""

    of_version_id: int
    ranges: Sequence[Sequence[float]]
    position: float | None = None
    position_at: datetime | None = None
    pieces: Sequence[Sequence[float]] | None = None
    klass: str = ONLINE


class Carried(NamedTuple):
    """Where somebody stands in one version, and when the person last said so of any."""

    ranges: list[Range]
    position: float | None = None
    at: datetime | None = None
    fresh: tuple[Range, ...] = ()  # What no other file holds of which something was seen, and was not seen here either.


def carried(
    summaries: Iterable[Any], version_id: int | None, duration: float | None, classes: Classes = None
) -> Carried:
    """Everything kept of a recording, carried to this version; what no time map carries counts for nothing here, nor
    what is of a class that does not count. Where somebody stopped is true of any class."""
    parts: list[Range] = []
    found: list[tuple[datetime, float]] = []
    said: datetime | None = None
    several, came = False, None
    for summary in summaries:
        own = summary.of_version_id == version_id
        several = several or bool(parts) or not own
        ranges = (summary.ranges or ()) if classes is None or summary.klass in classes else ()
        if not own and ranges and summary.pieces is not None:
            came = [*(came or ()), *((to, to + end - start) for start, end, to in summary.pieces)]
        parts += [(start, end) for start, end in ranges] if own else carry(ranges, summary.pieces)
        at = summary.position_at
        if at is not None:
            said = at if said is None or at > said else said
            position = summary.position if own else moved(summary.position, summary.pieces)
            if position is not None:
                found.append((at, position))
    # One version's summary is a union already.
    union = parts if not several and _fits(parts, duration) else merge(clip(parts, duration))
    fresh = () if came is None else _fresh(union, came, duration)
    return Carried(union, max(found)[1] if found else None, said, fresh)


def finished(
    summaries: Sequence[Any], version_id: int | None, durations: Mapping[int | None, float | None], threshold: float,
    classes: Classes = None,
) -> bool:  # fmt: skip
    """Whether enough was seen: of this version with all that is carried to it, or of any other by itself.

    The second is for reports that come late: who saw a file to its end before it was replaced has seen the step.
    """
    here = durations.get(version_id)
    if seen_enough(carried(summaries, version_id, here, classes).ranges, here, threshold):
        return True
    own: dict[int, list[Sequence[float]]] = {}
    for summary in counted(summaries, classes):
        own.setdefault(summary.of_version_id, []).extend(summary.ranges or ())
    return any(seen_enough(ranges, durations.get(version), threshold) for version, ranges in own.items())


def _fresh(union: list[Range], came: list[Range], duration: float | None) -> tuple[Range, ...]:
    changed = missing(came, duration, at_least=LEAST_CHANGE)
    return tuple(carry(missing(union, duration), [(start, end, start) for start, end in changed]))


def _fits(ranges: list[Range], duration: float | None) -> bool:
    return not ranges or duration is None or ranges[-1][1] <= duration


def moved(position: float | None, pieces: Iterable[Sequence[float]] | None) -> float | None:
    """A second of one version where it lies in another, or None where no piece holds it."""
    if position is None:
        return None
    for from_start, from_end, to_start in pieces or ():
        if from_start <= position <= from_end:
            return float(position - from_start + to_start)
    return None
