"""Small changes on a picture that stands still: a figure, a word.

What an encoder, a colour correction or a sharper scaling does to a block is like what it does to all others of the
film; a figure that was changed stands out. How much is too much is learnt from all blocks of the two films; where all
of them are far apart, nothing is claimed. What moves, in one film or the other, is not judged, nor is a mark that lies
on most slides.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from media.align.frames import SECONDS, Looks, compared, noise
from media.align.pictures import turn
from media.passages import Passage, Piece

_LEAST, _OVER, _MOST_NOISE = 16.0, 2.2, 12.0  # In levels of grey; a digit of 22 pixels at 720p makes 34.
_AROUND, _RESTLESS = 5, 0.3
_ANOTHER_SLIDE = 0.02
_MARK, _SLIDES = 0.5, 4


def changed(new: Looks, old: Looks, pieces: Sequence[Piece], stills: Any) -> list[Passage]:
    """The passages of the new film that hold the same voice and nearly the same picture, but for something small. They
    stand for at least two key frames; `stills` of the new film say when the slide came and went."""
    if len(new) < 2 or not len(old):
        return []
    apart, step_new, step_old, pairs = compared(new, old, pieces)
    if (usual := noise(apart)) > _MOST_NOISE:
        return []
    level = max(_LEAST, _OVER * usual)
    moved_new, moved_old = step_new > level, step_old > level
    restless_new, restless_old = _restless(moved_new), _restless(moved_old)
    judged = np.zeros(apart.shape, bool)
    for at, first, last in pairs:
        judged[at] = ~restless_new[at] & ~restless_old[first] & ~(moved_old[first] & (last > first))
    differs = judged & (apart > level)
    stays = differs[:-1] & differs[1:] & ~moved_new[:-1]
    slides = np.concatenate([[0], np.cumsum(moved_new[:-2].mean(axis=(1, 2)) > _ANOTHER_SLIDE)])
    stays &= ~_marks(stays, slides)
    rows = [_whole(row, stays, moved_new, judged & ~differs) for row in _rows(stays.any(axis=(1, 2)))]
    return [_laid(first, last, stills) for first, last in rows]


def _whole(row: tuple[int, int], stays: Any, moved: Any, same: Any) -> tuple[int, int]:
    """With the key frames on both sides that show the same still, though the old film tells nothing there."""
    first, last = row
    here = stays[first:last].any(axis=0)
    while first > 0 and not ((moved[first - 1] | same[first - 1]) & here).any():
        first -= 1
    while last + 1 < len(moved) and not ((moved[last] | same[last + 1]) & here).any():
        last += 1
    return first, last


def _restless(moved: Any) -> Any:
    """Whether it does so again and again: a face, a pointer, a clock."""
    summed = np.pad(np.cumsum(moved, axis=0, dtype=np.int16), ((_AROUND + 1, _AROUND), (0, 0), (0, 0)), "edge")
    return (summed[2 * _AROUND :][: len(moved)] - summed[: len(moved)]) > _RESTLESS * 2 * _AROUND


def _marks(stays: Any, slides: Any) -> Any:
    """Blocks that differ on most slides: a logo or a page number, not a correction."""
    on = np.zeros((int(slides[-1]) + 1, *stays.shape[1:]), bool)
    np.logical_or.at(on, slides, stays)
    return (on.mean(axis=0) >= _MARK) & (len(on) >= _SLIDES)


def _laid(first: int, last: int, stills: Any) -> Passage:
    """From when the slide came until it went: between key frames, where the stills change most."""
    start = turn(stills, (first - 1) * SECONDS, first * SECONDS, 0)
    return max(0.0, start), turn(stills, last * SECONDS, (last + 1) * SECONDS, 1)


def _rows(found: Any) -> list[tuple[int, int]]:
    """First and last key frame of each row of such pairs."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], found.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
