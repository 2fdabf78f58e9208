"""From the likeliest way to the pieces that may carry what people have seen: what is not sure is left out."""

from collections.abc import Sequence

import numpy as np

from media.align.path import CELL, Run
from media.passages import Piece, tidy

SHORTEST = 3.0
FIRM = 10.0  # One passage must be so long, or a third of a shorter film: else all of it may be chance.
EDGE = 0.3
MOVED = 20.0  # A passage that changed places must be so long: shorter ones may be a jingle that comes again.
DRIFT, DRIFT_A_SECOND = 0.15, 0.05
DRIFTS = 3
STEADY, STRAIGHT = 0.0005, 0.15
LEAST_SURE = 0.6


def pieces(runs: Sequence[Run], duration: float, old_duration: float) -> tuple[list[Piece], float]:
    """The pieces from the old file to the new one, and how sure they are together (0 to 1)."""
    sure = [run for run in runs if run.sure >= LEAST_SURE and (run.end - run.start) * CELL >= SHORTEST]
    kept = _once(_without_drift(sure))
    if max((run.end - run.start for run in kept), default=0) * CELL < min(FIRM, duration / 3, old_duration / 3):
        return [], 0.0
    laid = [_laid(run, duration, old_duration) for run in kept]
    found = tidy(_edged(_apart(sorted((piece for piece in laid if piece[1] > piece[0]), key=lambda p: p[2])), duration))
    whole = sum(run.end - run.start for run in kept)
    return found, round(sum(run.sure * (run.end - run.start) for run in kept) / whole, 3) if whole else 0.0


def _without_drift(runs: Sequence[Run]) -> list[Run]:
    """A film at another speed matches nowhere for long: its shifts creep along a line, each a little more than the
    last. Short cuts that follow each other creep as well, but along no line."""
    kept: list[Run] = []
    chain: list[Run] = []
    for run in runs:
        if chain and not _crept(chain[-1], run):
            kept += [] if _creep(chain) else chain
            chain = []
        chain.append(run)
    return kept + ([] if _creep(chain) else chain)


def _crept(before: Run, run: Run) -> bool:
    return 0 < abs(run.shift - before.shift) <= DRIFT + DRIFT_A_SECOND * max(0, run.start - before.end) * CELL


def _creep(chain: Sequence[Run]) -> bool:
    if len(chain) <= DRIFTS:
        return False
    times = np.array([(run.start + run.end) / 2 * CELL for run in chain])
    shifts = np.array([run.shift for run in chain])
    slope, base = np.polyfit(times, shifts, 1)
    return bool(abs(slope) > STEADY and np.abs(shifts - slope * times - base).max() < STRAIGHT)


def _once(runs: Sequence[Run]) -> list[Run]:
    """Every second of the old file once, and in its order, but for long passages that were moved."""
    taken: list[Run] = []
    for run in sorted(runs, key=lambda run: (run.start - run.end, run.start)):
        ordered = all((run.start - other.start) * (_old(run) - _old(other)) > 0 for other in taken)
        overlap = max((_overlap(run, other) for other in taken), default=0.0)
        if overlap <= 2 * EDGE and (ordered or (run.end - run.start) * CELL >= MOVED):
            taken.append(run)
    return sorted(taken)


def _laid(run: Run, duration: float, old_duration: float) -> Piece:
    start, end = max(run.start * CELL, -run.shift), min(run.end * CELL, old_duration - run.shift, duration)
    return start + run.shift, end + run.shift, start


def _apart(laid: list[Piece]) -> list[Piece]:
    """Where two pieces share a moment of the old file, the second one gives way."""
    found: list[Piece] = []
    for start, end, to in laid:
        late = max([0.0, *(other[1] - start for other in found if other[0] <= start < other[1])])
        early = max([0.0, *(end - other[0] for other in found if other[0] < end <= other[1])])
        if late + early < end - start:
            found.append((start + late, end - early, to + late))
    return found


def _edged(laid: list[Piece], duration: float) -> list[Piece]:
    """What lies within the exactness of the method at the edges of the new file belongs to the piece there."""
    if not laid:
        return laid
    start, end, to = laid[0]
    if 0 < to <= EDGE:
        start = max(0.0, start - to)
        laid[0] = (start, end, 0.0)
    start, end, to = laid[-1]
    rest = duration - (to + end - start)
    if 0 < rest <= EDGE:
        laid[-1] = (start, end + rest, to)
    return laid


def _old(run: Run) -> float:
    return run.start * CELL + run.shift


def _overlap(run: Run, other: Run) -> float:
    start, end = max(_old(run), _old(other)), min(run.end * CELL + run.shift, other.end * CELL + other.shift)
    return max(0.0, end - start)
