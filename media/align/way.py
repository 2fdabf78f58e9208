"""The best way through evidence: for each candidate a row, for each moment a column; or no candidate at all."""

from typing import Any

import numpy as np

Way = list[tuple[int, int, int]]  # Start, end and candidate of each run.
_LEAVE, _ENTER, _CHANGE = 6.0, 10.0, 14.0


def best(evidence: Any) -> Way:
    """The runs, in order; the last row of the board is the claim of nothing."""
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


def _back(at: int, number: int, stayed: Any, best_at: Any, nothing_at: Any) -> Way:
    found: Way = []
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
