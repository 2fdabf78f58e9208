"""Where the passages of one file of a recording lie in another: pieces [from_start, from_end, to_start], in seconds.

Pieces never stretch time: a second of the one is a second of the other, or has no place there. Pure.
"""

from collections.abc import Iterable, Sequence

Piece = tuple[float, float, float]
Passage = tuple[float, float]
Pieces = Iterable[Sequence[float]]


def tidy(pieces: Pieces) -> list[Piece]:
    """Sorted, to the millisecond, without empty ones; those that go on in both files are one."""
    found: list[Piece] = []
    for start, end, to in sorted(
        (millisecond(piece[0]), millisecond(piece[1]), millisecond(piece[2])) for piece in pieces
    ):
        if end <= start:
            continue
        if found and (before := found[-1])[1] == start and millisecond(before[2] + before[1] - before[0]) == to:
            found[-1] = (before[0], end, before[2])
        else:
            found.append((start, end, to))
    return found


def inverse(pieces: Pieces) -> list[Piece]:
    """The way back."""
    return tidy((to, to + end - start, start) for start, end, to in pieces)


def compose(first: Pieces, second: Pieces) -> list[Piece]:
    """One map for the two ways, one after the other: carrying by it is carrying twice."""
    onward, found = list(second), []
    for start, end, to in first:
        for middle, middle_end, last in onward:
            low, high = max(to, middle), min(to + end - start, middle_end)
            if low < high:
                found.append((start + low - to, start + high - to, last + low - middle))
    return tidy(found)


def moved(second: float, pieces: Pieces) -> float | None:
    """Where a moment lies in the other file; None where it has no place there."""
    for start, end, to in pieces:
        if start <= second <= end:
            return millisecond(second - start + to)
    return None


def changed(pieces: Pieces, duration: float) -> list[Passage]:
    """The passages of the new file that the old one does not hold: they are asked again."""
    return _outside(((to, to + end - start) for start, end, to in pieces), duration)


def gone(pieces: Pieces, duration: float) -> list[Passage]:
    """The passages of the old file that the new one does not hold."""
    return _outside(((start, end) for start, end, _ in pieces), duration)


def length(passages: Iterable[Sequence[float]]) -> float:
    """How long they are together."""
    return millisecond(sum(passage[1] - passage[0] for passage in passages))


def _outside(passages: Iterable[Passage], duration: float) -> list[Passage]:
    found, reached = [], 0.0
    for start, end in sorted(passages):
        if start > reached:
            found.append((reached, millisecond(min(start, duration))))
        reached = max(reached, millisecond(end))
    if duration > reached:
        found.append((reached, millisecond(duration)))
    return found


def millisecond(second: float) -> float:
    """As exact as maps are."""
    return round(second, 3)
