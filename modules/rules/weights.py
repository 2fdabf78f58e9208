"""What passages of a recording weigh: the segments of the file that they touch, as they were measured.

A player fetches the list of the segments, the head of the file, and whole segments; so a passage costs what lies around
its ends too, and each answer has its headers. Where a file was not measured (older recordings) its bytes are spread
evenly over its length. app/static/weights.js is the same.
"""

from collections.abc import Sequence

from modules.rules.coverage import Range, width

HEADERS = 600  # bytes of an answer before its content, as our server sends them
LISTED = 58  # bytes of a segment in the list
AT_ONCE = 10
Weights = Sequence[Sequence[float]]  # [[second, bytes of the segment that begins there], …]


def weigh(weights: Weights, whole: int, ranges: Sequence[Range], duration: float) -> int:
    """How many bytes travel until these passages have been played."""
    if not ranges or duration <= 0:
        return 0
    if not weights:
        return round(whole * min(width(ranges) / duration, 1.0))
    ends = [*(begins for begins, _ in weights[1:]), float("inf")]
    head = max(whole - sum(size for _, size in weights), 0)
    touched = [size for (begins, size), end in zip(weights, ends, strict=True) if _touched(ranges, begins, end)]
    return round(LISTED * len(weights) + head + sum(touched) + HEADERS * (2 + len(touched)))


def coarse(weights: Weights, missing: Sequence[Range]) -> list[list[float]]:
    """The same told in fewer numbers: what nobody misses in stretches of AT_ONCE segments, for it is not paid for."""
    ends = [*(begins for begins, _ in weights[1:]), float("inf")][: len(weights)]
    told: list[list[float]] = []
    joined = AT_ONCE
    for (begins, size), end in zip(weights, ends, strict=True):
        fine = _touched(missing, begins, end)
        if fine or joined >= AT_ONCE:
            told.append([begins, size])
            joined = AT_ONCE if fine else 1
        else:
            told[-1][1] += size
            joined += 1
    return told


def _touched(ranges: Sequence[Range], begins: float, end: float) -> bool:
    return any(first < end and last > begins for first, last in ranges)
