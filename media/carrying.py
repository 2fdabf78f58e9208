"""Subtitles and chapters of one file as those of another: each cue where the map puts it. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from media.captions import Cue
from media.captions.cues import TO_CHECK
from media.marks import as_long, opposite
from media.passages import Passage, moved
from media.rules import carry

SHORTEST = 0.5  # Less of a cue is not worth showing.


class Carried(NamedTuple):
    """Cues of another file: those that have a place in it, how many of them lie in what was changed, and those that
    were taken out with their passage."""

    kept: list[Cue]
    to_check: int
    gone: list[Cue]


def cues(found: Sequence[Cue], pieces: Sequence[Sequence[float]], old: float, new: float) -> Carried:
    """Each where its passage lies in the new file. Where another passage came in its place, it stays there, at the same
    part of it, and is marked until somebody has looked."""
    kept: list[Cue] = []
    gone: list[Cue] = []
    changed = opposite(pieces, old, new)
    for cue in found:
        parts = carry([(cue.start, cue.end)], pieces)
        start, end = max(parts, key=lambda part: part[1] - part[0], default=(0.0, 0.0))
        if end - start >= min(SHORTEST, (cue.end - cue.start) / 2):
            kept.append(replace(cue, start=start, end=end))
        elif place := _place(cue, changed):
            name = cue.id if cue.to_check else f"{TO_CHECK} {cue.id}".strip()
            kept.append(replace(cue, start=place[0], end=place[1], id=name))
        else:
            gone.append(cue)
    kept.sort(key=lambda cue: (cue.start, cue.end))
    return Carried(kept, sum(cue.to_check for cue in kept), gone)


def chapters(found: Sequence[Cue], pieces: Sequence[Sequence[float]], old: float, new: float) -> list[Cue]:
    """The same: a chapter begins at the first moment of it that is still there, and lasts until the next."""
    begun: list[Cue] = []
    changed = opposite(pieces, old, new)
    for cue in found:
        parts = carry([(cue.start, cue.end)], pieces)
        at = moved(cue.start, pieces) if parts else None
        if parts:
            begun.append(replace(cue, start=parts[0][0] if at is None else at, end=parts[-1][1]))
        elif place := _place(cue, changed):
            begun.append(replace(cue, start=place[0], end=place[1]))
    begun.sort(key=lambda cue: cue.start)
    ends = [*(cue.start for cue in begun[1:]), *(new or last.end for last in begun[-1:])]
    return [replace(cue, end=end) for cue, end in zip(begun, ends, strict=True) if end > cue.start]


def _place(cue: Cue, changed: Sequence[tuple[Passage, Passage]]) -> Passage | None:
    """Where it lies in what came instead of its passage: at the same second of it where both last as long, else at the
    same part."""
    for was, came in changed:
        if was[0] <= (cue.start + cue.end) / 2 <= was[1]:
            part = 1.0 if as_long(was, came) else (came[1] - came[0]) / (was[1] - was[0])
            start, end = (came[0] + (max(at, was[0]) - was[0]) * part for at in (cue.start, cue.end))
            start = max(came[0], min(start, came[1] - SHORTEST))
            return round(start, 3), round(min(max(end, start + SHORTEST), came[1]), 3)
    return None
