"""Key frames of two films, one every six seconds, compared block by block: by what of one block no line through the
greys of the other explains. Neither contrast nor brightness counts."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np

from media.passages import Piece

SECONDS = 6.0
WIDTH, HEIGHT, BLOCK = 640, 360, 8
_ROWS, _COLUMNS = HEIGHT // BLOCK, WIDTH // BLOCK
_TEXTURE = 60.0  # Variance from which there is something in a block.
_NEAR = 0.3  # Seconds from a key frame within which it is the picture of that moment.

Looks = Any  # Grey pictures: number, row, column.


def looks(raw: Path) -> Looks:
    """Of plain grey pictures, one after the other."""
    count = raw.stat().st_size // (WIDTH * HEIGHT)
    shape = (count, HEIGHT, WIDTH)
    return np.memmap(raw, np.uint8, "r", shape=shape) if count else np.zeros(shape, np.uint8)


def compared(new: Looks, old: Looks, pieces: Sequence[Piece]) -> Any:
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


def noise(apart: Any) -> float:
    """How far most blocks with something in them are from the same in the other film, on most pictures."""
    told = [float(np.nanquantile(row, 0.9)) for row in apart.reshape(len(apart), -1) if not np.isnan(row).all()]
    return float(np.median(told)) if told else 0.0


def _steps(count: int, blocks: Callable[[int], Any]) -> Any:
    found = np.zeros((count, _ROWS, _COLUMNS), np.float16)
    for at in range(1, count):
        found[at - 1] = _unlike(blocks(at - 1), blocks(at))
    return found


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
