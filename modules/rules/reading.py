"""What is read instead of watched: the parts of a transcript, each confirmed at its end."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from modules.rules.coverage import Range, clip, covered, merge

LONGEST_PART = 600.0  # seconds; of a recording without chapters
ALL_BUT = 1.0


def parts(starts: Sequence[float], duration: float) -> list[Range]:
    """Where each section of a transcript begins and ends: at the next one, the last with the recording."""
    ends = [*starts[1:], duration][: len(starts)]
    return [(start, min(end, duration)) for start, end in zip(starts, ends, strict=True)]


def cuts(begins: Sequence[float]) -> list[int]:
    """Where a text without chapters is cut, as places in its paragraphs: not more than LONGEST_PART in one part."""
    found: list[int] = []
    since = begins[0] if begins else 0.0
    for place, second in enumerate(begins):
        if second - since >= LONGEST_PART:
            found.append(place)
            since = second
    return found


def place_at(begins: Sequence[float], second: float) -> int:
    """Which of these begins within this second (links name whole ones), else which one it falls into."""
    end = second + 1 if second == int(second) else second
    within = (place for place, begin in enumerate(begins) if second <= begin < end)
    return next(within, max(bisect_right(begins, second) - 1, 0))


def taken_in(ranges: Sequence[Range], part: Range) -> bool:
    """Whether a part was seen or read, up to what is too short to be played."""
    return part[1] - part[0] - _of(ranges, part) < ALL_BUT


def share_of(ranges: Sequence[Range], part: Range) -> float:
    """How much of a part was seen, 0 to 1."""
    return min(_of(ranges, part) / (part[1] - part[0]), 1.0) if part[1] > part[0] else 0.0


def beside(begins: Sequence[float], others: Sequence[Any], start: Callable[[Any], float]) -> list[list[Any]]:
    """What is said in another language while each of these passages lasts; the first has what comes before too."""
    found: list[list[Any]] = [[] for _ in begins]
    place = 0
    for other in others:
        while place + 1 < len(begins) and start(other) >= begins[place + 1]:
            place += 1
        if found:
            found[place].append(other)
    return found


def _of(ranges: Sequence[Range], part: Range) -> float:
    return covered(merge((max(a, part[0]), min(b, part[1])) for a, b in clip(ranges, None)))
