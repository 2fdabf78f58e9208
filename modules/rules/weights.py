"""How it is told what the segments of a file weigh, and the pictures beside them."""

from collections.abc import Iterable, Sequence

from modules.rules.coverage import Range

AT_ONCE = 10
# [[second, bytes of the segment that begins there], …]; after them, of pictures, [from, bytes, to].
Weights = Sequence[Sequence[float]]


def coarse(weights: Weights, missing: Sequence[Range]) -> list[list[float]]:
    """The same told in fewer numbers: what nobody misses in stretches of AT_ONCE segments, for it is not paid for."""
    segments = [one for one in weights if len(one) == 2]
    ends = [*(begins for begins, _ in segments[1:]), float("inf")][: len(segments)]
    told: list[list[float]] = []
    joined = AT_ONCE
    for (begins, size), end in zip(segments, ends, strict=True):
        fine = touched(missing, begins, end)
        if fine or joined >= AT_ONCE:
            told.append([begins, size])
            joined = AT_ONCE if fine else 1
        else:
            told[-1][1] += size
            joined += 1
    return told


def pictures(weights: Weights) -> list[list[float]]:
    """The pictures beside the segments: [from, bytes, to]."""
    return [list(one) for one in weights if len(one) == 3]


def touched(ranges: Iterable[Range], begins: float, end: float) -> bool:
    """Whether one of these passages has something of this stretch."""
    return any(first < end and last > begins for first, last in ranges)
