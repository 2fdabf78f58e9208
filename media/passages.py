"""Where the passages of one file of a recording lie in another: pieces [from_start, from_end, to_start], in seconds.

Pieces never stretch time: a second of the one is a second of the other, or has no place there. Pure.
"""

from collections.abc import Iterable, Sequence

Piece = tuple[float, float, float]
Passage = tuple[float, float]
Pieces = Iterable[Sequence[float]]

PLACES = 3


def tidy(pieces: Pieces) -> list[Piece]:
    """Sorted, to the millisecond, without empty ones; those that go on in both files are one."""
    found: list[Piece] = []
    for start, end, to in sorted((_ms(piece[0]), _ms(piece[1]), _ms(piece[2])) for piece in pieces):
        if end <= start:
            continue
        before = found[-1] if found else None
        if before and before[1] == start and _ms(before[2] + before[1] - before[0]) == to:
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
            return _ms(second - start + to)
    return None


def changed(pieces: Pieces, duration: float) -> list[Passage]:
    """The passages of the new file that the old one does not hold: they are asked again."""
    return _outside(((to, to + end - start) for start, end, to in pieces), duration)


def gone(pieces: Pieces, duration: float) -> list[Passage]:
    """The passages of the old file that the new one does not hold."""
    return _outside(((start, end) for start, end, _ in pieces), duration)


def without(pieces: Pieces, passages: Iterable[Sequence[float]]) -> list[Piece]:
    """The pieces but for these passages of the new file."""
    left = [(piece[0], piece[1], piece[2]) for piece in pieces]
    for low, high in passages:
        left = [part for piece in left for part in _beside(piece, low, high)]
    return tidy(left)


def length(passages: Iterable[Sequence[float]]) -> float:
    """How long they are together."""
    return _ms(sum(passage[1] - passage[0] for passage in passages))


def _beside(piece: Piece, low: float, high: float) -> list[Piece]:
    start, end, to = piece
    first, second = min(end, start + low - to), max(start, start + high - to)
    return [(start, first, to), (second, end, to + second - start)] if first < second else [piece]


def _outside(passages: Iterable[Passage], duration: float) -> list[Passage]:
    found, reached = [], 0.0
    for start, end in sorted(passages):
        if start > reached:
            found.append((reached, _ms(min(start, duration))))
        reached = max(reached, _ms(end))
    if duration > reached:
        found.append((reached, _ms(duration)))
    return found


def _ms(second: float) -> float:
    return round(second, PLACES)
