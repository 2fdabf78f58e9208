"""Which shifts are worth a look: those that many moments of both files speak for."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from media.align import pictures, sound
from media.align.films import Film
from media.align.sound import Prints

MOST = 96
_COMMON = 30  # A print that comes more often says nothing about where it lies.
_LEAST_VOTES = 6
_NEAR = 4  # Prints within which two shifts are one.


def candidates(new: Film, old: Film) -> list[int]:
    """The shifts that many moments speak for, in prints, the likeliest first."""
    chosen: list[int] = []
    if new.sound is not None and old.sound is not None:
        chosen = _peaks(_votes(new.sound, old.sound), _LEAST_VOTES, MOST)
    if new.stills is not None and old.stills is not None:
        seen = pictures.offsets(new.stills, old.stills) * round(sound.RATE / pictures.RATE)
        plain = [0, round((old.duration - new.duration) * sound.RATE)]  # Where nothing ever changes.
        chosen += _peaks([seen], 1, MOST // 3) + plain
    return list(dict.fromkeys(chosen))[:MOST]


def _votes(new: Prints, old: Prints) -> Iterator[Any]:
    """The shifts that a print of the one and the same print of the other speak for, some at a time."""
    order = np.argsort(old.bits, kind="stable")
    ranked = old.bits[order]
    here = np.nonzero(new.heard)[0]
    low, high = (np.searchsorted(ranked, new.bits[here], side) for side in ("left", "right"))
    rare = (high > low) & (high - low <= _COMMON)
    for part in np.array_split(np.nonzero(rare)[0], 1 + rare.sum() // 20_000):
        count = high[part] - low[part]
        places = np.repeat(low[part] - np.concatenate([[0], np.cumsum(count)[:-1]]), count) + np.arange(count.sum())
        there = order[places.astype(int)]
        yield (there - np.repeat(here[part], count))[old.heard[there]]


def _peaks(votes: Iterable[Any], least: int, most: int) -> list[int]:
    """Shifts with their neighbours' votes, but none beside a stronger one."""
    counts, base = np.zeros(0, np.int64), 0
    for shifts in votes:
        if len(shifts):
            low, high = min(base, int(shifts.min())), max(base + len(counts), int(shifts.max()) + 1)
            grown = np.zeros(high - low, np.int64)
            grown[base - low : base - low + len(counts)] = counts
            counts, base = grown + np.bincount(shifts - low, minlength=high - low), low
    chosen: list[int] = []
    summed = np.convolve(counts, np.ones(3, np.int64), "same") * 4 + np.minimum(counts, 3) if len(counts) else counts
    while len(chosen) < most and len(summed) and summed.max() >= least * 4:
        best = int(summed.argmax())
        chosen.append(best + base)
        summed[max(0, best - _NEAR) : best + _NEAR + 1] = 0
    return chosen
