"""Small numbers that must not name people: what is hidden, and what else, so that nobody can compute it.

A reader knows which figures are hidden as small (0 to k - 1), which as larger ones (k and more), and, from the total,
what all of them come to together. Enough is hidden that each small one could still be anything from 0 to k - 1.
"""

from collections.abc import Sequence
from enum import StrEnum

K = 5


class Hidden(StrEnum):
    """Why a figure is not shown: it is small, or a small one could be computed from it."""

    SMALL = "small"
    ALSO = "also"


Shown = int | Hidden


def masked(counts: Sequence[int], k: int = K, *, totalled: bool = True) -> tuple[list[Shown], Shown]:
    """The counts and their total as they may be shown; without a total nothing can be computed from the others."""
    total = sum(counts)
    small = [place for place, count in enumerate(counts) if count < k]
    also = _also(counts, small, k) if totalled and small else []
    cells: list[Shown] = list(counts)
    for places, why in ((small, Hidden.SMALL), (also or [], Hidden.ALSO)):
        for place in places:
            cells[place] = why
    if total < k:
        return cells, Hidden.SMALL
    return cells, Hidden.ALSO if also is None else total


def _also(counts: Sequence[int], small: Sequence[int], k: int) -> list[int] | None:
    """The larger ones to hide beside the small ones, as few and small as may be; None: the total must go as well."""
    free = sorted((place for place, count in enumerate(counts) if count >= k), key=lambda place: counts[place])
    rest, hidden = sum(counts[place] for place in small), list[int]()
    while not _safe(rest, len(small), len(hidden), k):
        if not free:
            return None
        enough = [place for place in free if _safe(rest + counts[place], len(small), len(hidden) + 1, k)]
        place = enough[0] if enough else free[-1]
        free.remove(place)
        hidden.append(place)
        rest += counts[place]
    return hidden


def _safe(rest: int, small: int, larger: int, k: int) -> bool:
    """Whether, of figures that come to `rest`, each small one can still be anything from 0 to k - 1."""
    if larger:
        return rest >= k * larger + k - 1
    return k - 1 <= rest <= (small - 1) * (k - 1)
