"""Which moment of the old file each moment of the new one is, if any: the likeliest way through all candidates.

A candidate is a shift between the two. Evidence speaks for or against it in every cell of a tenth of a second; staying
costs nothing, changing to another shift or to none costs as much as some seconds of good evidence can pay. Where the
evidence is silent the shift stays for a while; where it speaks against all shifts, nothing is claimed.
"""

from typing import Any, NamedTuple

import numpy as np

from media.align import pictures, sound
from media.align.films import Film
from media.align.sound import Prints
from media.align.votes import candidates
from media.align.way import Way, best

CELL = 0.1
PRINTS = round(sound.RATE * CELL)  # In a cell.
_BREAK_EVEN = 0.36  # Share of wrong bits; two that have nothing to do with each other have a half.
_BANDS, _STEADY, _LEAST_BITS = 0.4, 8, 6  # A steady tone sounds in few bands, and the same at any time.
_SILENCE = -0.003 * PRINTS
_LEAD, _PAUSE = 300, 10  # Cells of silence.
_STILL, _MOVING, _OTHER = 0.02, 0.6, -1.6


class Run(NamedTuple):
    """Cells of the new file that lie `shift` seconds later in the old one, and how surely."""

    start: int
    end: int
    shift: float
    sure: float


def runs(new: Film, old: Film) -> list[Run]:
    """The way, in order."""
    shifts = candidates(new, old)
    cells = int(new.duration / CELL)
    if not shifts or not cells:
        return []
    evidence = np.stack([_evidence(new, old, shift, cells) for shift in shifts])
    way = _widened(best(evidence), evidence)
    return [Run(start, end, shifts[which] / sound.RATE, _sure(evidence[which, start:end])) for start, end, which in way]


def _evidence(new: Film, old: Film, shift: int, cells: int) -> Any:
    """How much speaks for the shift in each cell."""
    found = np.full(cells, _SILENCE, np.float32)
    times = np.arange(cells) * CELL + shift / sound.RATE
    silent = np.ones(cells, bool)
    if new.sound is not None and old.sound is not None:
        heard, silent = _heard(new.sound, old.sound, shift, cells)
        found = np.where(silent, found, heard)
    if new.stills is not None and old.stills is not None:
        found = found + _seen(new, old, shift, found, silent)
    found[(times < 0) | (times > old.duration)] = _OTHER
    return found.astype(np.float32)


def _heard(new: Prints, old: Prints, shift: int, cells: int) -> tuple[Any, Any]:
    whole = cells * PRINTS
    points = np.zeros(whole, np.float32)
    told = np.zeros(whole, bool)
    first, last = max(0, -shift), min(len(new.bits), len(old.bits) - shift, whole)
    if first < last:
        ours, theirs = slice(first, last), slice(first + shift, last + shift)
        here, there = new.bands[ours], old.bands[theirs]
        common, any_band = here & there, np.bitwise_count(here | there)
        sure = common & (common >> 1)  # A bit compares two bands that lie beside each other.
        number = np.bitwise_count(sure)
        wrong = np.bitwise_count((new.bits[ours] ^ old.bits[theirs]) & sure) / np.maximum(number, 1)
        one, both = new.heard[ours] | old.heard[theirs], new.heard[ours] & old.heard[theirs]
        apart = np.abs(new.top[ours] - old.top[theirs]) > 1
        steady = any_band <= _STEADY
        other = one & ~both | (both & np.where(steady, apart, np.bitwise_count(common) < _BANDS * any_band))
        same = both & ~other & (number >= _LEAST_BITS)
        points[ours] = np.where(other, _BREAK_EVEN - 0.5, np.where(same, _BREAK_EVEN - wrong, 0))
        told[ours] = other | same
    cut = told.reshape(cells, PRINTS)
    return points.reshape(cells, PRINTS).sum(axis=1), ~cut.any(axis=1)


def _seen(new: Film, old: Film, shift: int, heard: Any, silent: Any) -> Any:
    """Another picture speaks against the shift; the same picture for it only where nothing is heard. Not asked where
    the sound has spoken against it."""
    at = (np.arange(len(heard)) * CELL * pictures.RATE).astype(int)
    if not len(new.stills):
        return np.zeros(len(heard), np.float32)
    at = np.minimum(at, len(new.stills) - 1)
    asked = np.zeros(len(new.stills), bool)
    asked[at[heard >= _SILENCE - 1e-6]] = True
    same, moves = pictures.alike(new.stills, old.stills, round(shift * pictures.RATE / sound.RATE), asked), new.moves
    told = np.where(same > 0, np.where(moves, _MOVING, _STILL), same * -_OTHER)[at]
    return np.where(silent | (told < 0), told, 0)


def _widened(way: Way, evidence: Any) -> Way:
    """Silence speaks for no shift; what lies next to a run, and all of it at the edges, belongs to that run."""
    cells, found = evidence.shape[1], []
    for place, (start, end, which) in enumerate(way):
        before, after = (way[place - 1][1] if place else 0), (way[place + 1][0] if place + 1 < len(way) else cells)
        mute = evidence[which] >= _SILENCE - 1e-6
        lead = _row(mute[before:start][::-1])
        tail = _row(mute[end:after])
        whole_lead, whole_tail = not place and lead == start, after == cells and tail == cells - end
        found.append((
            start - min(lead, _LEAD if whole_lead else _PAUSE), end + min(tail, _LEAD if whole_tail else _PAUSE), which
        ))  # fmt: skip
    return found


def _row(mute: Any) -> int:
    return len(mute) if mute.all() else int(np.argmin(mute))


def _sure(evidence: Any) -> float:
    """The share of the cells with any evidence in which it speaks for the shift."""
    told = evidence[np.abs(evidence - _SILENCE) > 1e-6]
    return float((told > 0).mean()) if len(told) else 0.0
