"""Small changes on a picture that stands still: a figure, a word. One key frame of each film every six seconds, block
by block.

What an encoder, a colour correction or a sharper scaling does to a block is like what it does to all others of the
film; a figure that was changed stands out. So a block is compared by its shape (what of it no line through the other's
greys explains), and how much is too much is learnt from all blocks of the two films. Where all of them are far apart,
nothing is claimed. Blocks that move, in one film or the other, are not judged, nor is a mark that lies on most slides.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np

from media.align import pictures
from media.passages import Passage, Piece

SECONDS = 6.0
WIDTH, HEIGHT, BLOCK = 640, 360, 8
_ROWS, _COLUMNS = HEIGHT // BLOCK, WIDTH // BLOCK
_LEAST, _OVER, _MOST_NOISE = 16.0, 2.2, 12.0  # In levels of grey; a digit of 22 pixels at 720p makes 34.
_TEXTURE = 60.0  # Variance of a block from which its noise says something.
_NEAR = 0.3  # Seconds from a key frame within which it is the picture of that moment.
_AROUND, _RESTLESS = 5, 0.3
_ANOTHER_SLIDE = 0.02
_MARK, _SLIDES = 0.5, 4
_STEP = 0.5  # The least change between two stills that can be that of a slide.

Looks = Any  # Grey pictures: number, row, column.


def looks(raw: Path) -> Looks:
    """Of plain grey pictures, one after the other."""
    size = WIDTH * HEIGHT
    count = raw.stat().st_size // size
    if not count:
        return np.zeros((0, HEIGHT, WIDTH), np.uint8)
    return np.memmap(raw, np.uint8, "r", shape=(count, HEIGHT, WIDTH))


def changed(new: Looks, old: Looks, pieces: Sequence[Piece], stills: Any) -> list[Passage]:
    """The passages of the new film that hold the same voice and nearly the same picture, but for something small. They
    stand for at least two key frames; `stills` of the new film say when the slide came and went."""
    if len(new) < 2 or not len(old):
        return []
    apart, step_new, step_old, pairs = _compared(new, old, pieces)
    level = max(_LEAST, _OVER * _noise(apart))
    if level > _OVER * _MOST_NOISE:
        return []
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


def _compared(new: Looks, old: Looks, pieces: Sequence[Piece]) -> Any:
    """How far each block is from the nearer of its two in the old film (nothing where it has no place there), and from
    itself in the next key frame of its own film."""
    ours, theirs = (lru_cache(4)(lambda at, film=film: _blocks(film[at])) for film in (new, old))
    apart, pairs = np.full((len(new), _ROWS, _COLUMNS), np.nan, np.float16), []
    for at, first, last in (pair for piece in pieces for pair in _pairs(piece, len(new), len(old))):
        apart[at] = _unlike(ours(at), theirs(first))
        if last > first:
            apart[at] = np.minimum(apart[at], _unlike(ours(at), theirs(last)))
        pairs.append((at, first, last))
    return apart, _steps(len(new), ours), _steps(len(old), theirs), pairs


def _pairs(piece: Piece, new: int, old: int) -> Iterator[tuple[int, int, int]]:
    """Each key frame of the new film that lies in the piece, with those of the old film on both sides of its moment."""
    start, end, to = piece
    for at in range(ceil(to / SECONDS), min(new, int((to + end - start) / SECONDS) + 1)):
        moment = at * SECONDS - to + start
        near = floor((moment + _NEAR) / SECONDS), ceil((moment - _NEAR) / SECONDS)
        inside = [each for each in near if start <= each * SECONDS <= end and each < old]
        if inside:
            yield at, inside[0], inside[-1]


def _noise(apart: Any) -> float:
    """How far most blocks with something in them are from the same in the other film, on most pictures."""
    rows = [row[~np.isnan(row)] for row in apart.reshape(len(apart), -1)]
    told = [float(np.quantile(row, 0.9)) for row in rows if len(row)]
    return float(np.median(told)) if told else 0.0


def _steps(count: int, blocks: Callable[[int], Any]) -> Any:
    found = np.zeros((count, _ROWS, _COLUMNS), np.float16)
    for at in range(1, count):
        found[at - 1] = _unlike(blocks(at - 1), blocks(at))
    return found


def _restless(moved: Any) -> Any:
    """Whether it does so again and again: a face, a pointer, a clock."""
    summed = np.cumsum(np.concatenate([np.zeros_like(moved[:1], np.int32), moved]), axis=0, dtype=np.int32)
    here = np.arange(len(moved))
    low, high = np.maximum(0, here - _AROUND), np.minimum(len(moved), here + _AROUND)
    return (summed[high] - summed[low]) > _RESTLESS * 2 * _AROUND


def _marks(stays: Any, slides: Any) -> Any:
    """Blocks that differ on most slides: a logo or a page number, not a correction."""
    number = int(slides[-1]) + 1
    if number < _SLIDES:
        return np.zeros(stays.shape[1:], bool)
    on = np.zeros((number, *stays.shape[1:]), bool)
    np.logical_or.at(on, slides, stays)
    return on.mean(axis=0) >= _MARK


def _laid(first: int, last: int, stills: Any) -> Passage:
    """From when the slide came until it went: between key frames, where the stills change most."""
    start = _turn(stills, (first - 1) * SECONDS, first * SECONDS, 0)
    return max(0.0, start), _turn(stills, last * SECONDS, (last + 1) * SECONDS, 1)


def _turn(stills: Any, low: float, high: float, side: int) -> float:
    """The safe side of the two moments, where no still tells."""
    rate = pictures.RATE
    part = stills[max(0, round(low * rate)) : round(high * rate) + 1].astype(np.float32) if low >= 0 else stills[:0]
    steps = np.abs(np.diff(part, axis=0)).mean(axis=1) if len(part) > 1 else np.zeros(0)
    if not len(steps) or steps.max() < _STEP:
        return (low, high)[side]
    return low + (int(steps.argmax()) + 1 - (1 - side) * 0.5) / rate


def _rows(found: Any) -> list[tuple[int, int]]:
    """First and last key frame of each row of such pairs."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], found.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _blocks(picture: Any) -> tuple[Any, Any]:
    """Its blocks without their mean, and their variance."""
    cut = picture.astype(np.float32).reshape(_ROWS, BLOCK, _COLUMNS, BLOCK)
    cut = cut - np.einsum("ibjd->ij", cut)[:, None, :, None] / BLOCK**2
    return cut, np.einsum("ibjd,ibjd->ij", cut, cut) / BLOCK**2


def _unlike(one: tuple[Any, Any], other: tuple[Any, Any]) -> Any:
    """What of the stronger of two blocks the other does not explain, whatever its contrast; no number where both are
    empty."""
    both = np.maximum(np.einsum("ibjd,ibjd->ij", one[0], other[0]) / BLOCK**2, 0)
    most = np.maximum(one[1], other[1])
    apart = np.sqrt(most * np.clip(1 - both**2 / (one[1] * other[1] + 1e-6), 0, 1))
    return np.where(most > _TEXTURE, apart, np.nan)
