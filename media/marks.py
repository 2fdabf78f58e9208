"""What somebody says of a passage of a new file: that it was changed, or that it is the same as what stands opposite in
the old one. Pure."""

from collections.abc import Iterable, Sequence

from media.passages import Passage, Piece, Pieces, millisecond, tidy

ALIKE = 0.6  # Seconds by which two passages may differ that last equally long: twice what a comparison may err.


def without(pieces: Pieces, passages: Iterable[Sequence[float]]) -> list[Piece]:
    """The pieces but for these passages of the new file."""
    left = [(piece[0], piece[1], piece[2]) for piece in pieces]
    for low, high in passages:
        left = [part for piece in left for part in _beside(piece, low, high)]
    return tidy(left)


def opposite(pieces: Pieces, old: float, new: float) -> list[tuple[Passage, Passage]]:
    """What stands in the old file and in the new one, of these lengths, between two pieces that follow each other in
    both: a passage and what came in its place."""
    found, at_old, at_new = [], 0.0, 0.0
    for start, end, to in [*sorted(pieces, key=lambda piece: piece[2]), (old, old, new)]:
        if start > at_old and to > at_new:
            found.append(((at_old, millisecond(start)), (at_new, millisecond(to))))
        at_old, at_new = millisecond(end), millisecond(to + end - start)
    return found


def as_long(first: Passage, second: Passage) -> bool:
    """Whether a passage lasts as long as another: then a second of the one is a second of the other."""
    return abs((first[1] - first[0]) - (second[1] - second[0])) <= ALIKE


def filled(pieces: Pieces, passages: Iterable[Sequence[float]], old: float, new: float) -> list[Piece]:
    """The pieces, and of these passages of the new file what stands opposite in the old one and lasts as long."""
    asked, found = list(passages), [(piece[0], piece[1], piece[2]) for piece in pieces]
    for was, came in opposite(found, old, new):
        for low, high in asked if as_long(was, came) else ():
            first, last = max(low, came[0]), min(high, came[1], came[0] + was[1] - was[0])
            if first < last:
                found = [*found, (was[0] + first - came[0], was[0] + last - came[0], first)]
    return tidy(found)


def _beside(piece: Piece, low: float, high: float) -> list[Piece]:
    start, end, to = piece
    first, second = min(end, start + low - to), max(start, start + high - to)
    return [(start, first, to), (second, end, to + second - start)] if first < second else [piece]
