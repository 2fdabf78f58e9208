"""Which moment of the old file each moment of the new one is, if any: the likeliest way through all candidates.

A candidate is a shift between the two. Evidence speaks for or against it in every cell of a tenth of a second; staying
costs nothing, changing to another shift or to none costs as much as some seconds of good evidence can pay. Where the
evidence is silent the shift stays for a while; where it speaks against all shifts, nothing is claimed.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from media.align import pictures, sound
from media.align.sound import BITS, Prints

CELL = 0.1
PRINTS = round(sound.RATE * CELL)  # In a cell.
MOST = 96  # Candidates.
_COMMON = 30  # A print that comes more often says nothing about where it lies.
_LEAST_VOTES = 6
_NEAR = 4  # Prints within which two shifts are one.
_BREAK_EVEN = 0.36  # Share of wrong bits; two that have nothing to do with each other have a half.
_SILENCE = -0.003 * PRINTS
_LEAVE, _ENTER, _CHANGE = 6.0, 10.0, 14.0
_LEAD, _PAUSE = 300, 10  # Cells of silence.
_STILL, _MOVING, _OTHER = 0.02, 0.6, -1.6


class Film(NamedTuple):
    """What is known of one file; without sound or picture the part is None."""

    duration: float
    sound: Prints | None
    stills: Any = None
    moves: Any = None  # Whether something moves around each still.


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
    way = _widened(_way(evidence), evidence)
    return [Run(start, end, shifts[which] / sound.RATE, _sure(evidence[which, start:end])) for start, end, which in way]


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
        wrong = np.bitwise_count(new.bits[ours] ^ old.bits[theirs]) / BITS
        one, both = new.heard[ours] | old.heard[theirs], new.heard[ours] & old.heard[theirs]
        points[ours] = np.where(both, _BREAK_EVEN - wrong, np.where(one, _BREAK_EVEN - 0.5, 0))
        told[ours] = one
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


def _way(evidence: Any) -> list[tuple[int, int, int]]:
    """Start, end and candidate of each run of the best way; the last row of the board is the claim of nothing."""
    number, cells = evidence.shape
    score = np.full(number + 1, -_ENTER, np.float64)
    score[number] = 0
    stayed, best_at, nothing_at = np.zeros((cells, number + 1), bool), np.zeros(cells, np.int32), np.zeros(cells, bool)
    for cell in range(cells):
        best = int(np.argmax(score[:number]))
        from_best, from_nothing = score[best] - _CHANGE, score[number] - _ENTER
        entered = max(from_best, from_nothing)
        nothing = max(score[number], score[best] - _LEAVE)
        best_at[cell], nothing_at[cell] = best, from_nothing >= from_best
        stayed[cell, :number] = score[:number] >= entered
        stayed[cell, number] = score[number] >= score[best] - _LEAVE
        score[:number] = np.maximum(score[:number], entered) + evidence[:, cell]
        score[number] = nothing
    return _back(int(np.argmax(score)), number, stayed, best_at, nothing_at)


def _back(at: int, number: int, stayed: Any, best_at: Any, nothing_at: Any) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    end = len(stayed)
    for cell in range(len(stayed) - 1, -1, -1):
        if stayed[cell, at]:
            continue
        if at < number:
            found.append((cell, end, at))
        at = number if at < number and nothing_at[cell] else int(best_at[cell])
        end = cell
    if at < number:
        found.append((0, end, at))
    return found[::-1]


def _widened(way: list[tuple[int, int, int]], evidence: Any) -> list[tuple[int, int, int]]:
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
