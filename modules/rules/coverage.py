"""What was seen of a recording: the union of the intervals played.

A union does not care about order, splitting or repetition, and never shrinks when something is added.
Gaps are real: a second that nobody reported was not seen. No gap is filled on counting; real traces of another
platform agree with its own figures to 0.01 without any (99 % of them). Two tolerances, both on reading only: who has
seen a file up to its last moment (`SLACK`) has seen its end, for browsers stop reporting up to half a second before it
and a threshold of 100 % could not be reached; and lists of missing passages may leave out gaps too short to be played
(`at_least`). One bound, on keeping: a summary has at most `MOST_PIECES` passages, which nobody reaches who watches;
beyond, the shortest do not count, so that no report makes the following ones slow. Facts stay as they came.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Range = tuple[float, float]

DEFAULT_THRESHOLD = 0.9
SLACK = 0.5
SLACK_SHARE = 0.01
MOST_PIECES = 500
PLACES = 3  # Milliseconds: rounding each end the same way keeps a split interval whole.


def merge(ranges: Iterable[Sequence[float]]) -> list[Range]:
    """The union: sorted, disjoint, touching ones joined, empty ones gone."""
    union: list[Range] = []
    for start, end in sorted((r[0], r[1]) for r in ranges):
        if end <= start:
            continue
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return union


def bounded(union: list[Range]) -> list[Range]:
    """The union in at most MOST_PIECES passages: the longest ones, the earlier of two equal ones, in their order.

    Never a second more than was seen; and a union that grows keeps at least as many seconds as before.
    """
    if len(union) <= MOST_PIECES:
        return union
    return sorted(sorted(union, key=lambda piece: (piece[0] - piece[1], piece[0]))[:MOST_PIECES])


def clip(segments: Iterable[Sequence[float]], duration: float | None) -> list[Range]:
    """The parts of the segments that lie in the recording, to the millisecond; an unknown duration has no end."""
    top = float("inf") if duration is None else duration
    inside = ((round(min(max(s[0], 0.0), top), PLACES), round(min(max(s[1], 0.0), top), PLACES)) for s in segments)
    return [(start, end) for start, end in inside if end > start]


def covered(ranges: Iterable[Sequence[float]]) -> float:
    """How many seconds the union has."""
    return round(sum(end - start for start, end in merge(ranges)), PLACES)


def width(union: Sequence[Range]) -> float:
    """The same for ranges that are a union already."""
    return round(sum([end - start for start, end in union]), PLACES)


def missing(ranges: Iterable[Sequence[float]], duration: float | None, at_least: float = 0.0) -> list[Range]:
    """The passages not in the union, in order; those shorter than at_least are left out."""
    gaps: list[Range] = []
    reached = 0.0
    for start, end in clip(merge(ranges), duration):
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, end)
    if duration is not None and round(duration, PLACES) > reached:
        gaps.append((reached, round(duration, PLACES)))
    return [(start, end) for start, end in gaps if end - start >= at_least]


def told(passages: Iterable[Sequence[float]]) -> int:
    """How many seconds passages last by the clock on which their ends are read: so a list adds up to its sum."""
    return sum(int(end) - int(start) for start, end in passages)


def fraction(ranges: Iterable[Sequence[float]], duration: float | None) -> float:
    """The part of the recording that was seen, 0 to 1."""
    if not duration or duration <= 0:
        return 0.0
    return min(covered(clip(ranges, duration)) / duration, 1.0)


def seen_enough(ranges: Iterable[Sequence[float]], duration: float | None, threshold: float) -> bool:
    """Whether the union covers the threshold; half a second (at most 1 %) is given at the very end to who came so far.

    Nothing is given anywhere else: a gap of the same length before it was not seen.
    """
    if not duration or duration <= 0:
        return False
    union, end = merge(clip(ranges, duration)), round(duration, PLACES)
    if union and union[-1][1] >= end - min(SLACK, duration * SLACK_SHARE):
        union[-1] = (union[-1][0], end)
    return bool(union) and covered(union) >= min(threshold * duration, end)


def threshold(terms: Mapping[str, Any] | None, step_public_id: str, first: float) -> float:
    """The coverage that a rule version asks of a step: where it says nothing, the one that the step was made with.

    So a step that comes later than a cohort's rules has a threshold there from its first moment.
    """
    asked = (terms or {}).get(step_public_id) or {}
    return float(asked.get("coverage", first))


def parse_segments(text: str) -> list[Range]:
    """xAPI "played-segments": a[.]b[,]c[.]d; a segment that has not ended yet has no length."""
    ranges: list[Range] = []
    for part in text.split("[,]"):
        start, _, end = part.partition("[.]")
        if start.strip() and end.strip():
            ranges.append((float(start), float(end)))
    return ranges
