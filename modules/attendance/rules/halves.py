"""Halves of a day in person: which one is on now, what is noted of each, and when the day counts as attended.

What is noted about somebody is True (there), False (not there) or None (nothing). Notes come in their order; the newest
counts, and a late one is only kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from modules.rules import moment_there

WHOLE = "day"
KINDS = (WHOLE, "morning", "afternoon", "session")
MOST = 8  # A day of more sessions is two days.
MIDDAY = time(13, 0)
SLACK = timedelta(hours=3)  # Who notes the afternoon after it.


class Part(NamedTuple):
    """A half, open or not, of a sitting; the whole day once it was parted speaks for all of them."""

    id: int
    sitting_id: int
    kind: str = WHOLE
    ended: bool = False
    cancelled: bool = False  # Its sitting was taken back: what was noted stays, nothing more is expected.


class Said(NamedTuple):
    """A note: about one half, or about all (None)."""

    half_id: int | None
    present: bool | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule version asks: so many halves, or a share of all; by default every noted half of a day."""

    halves: int | None = None
    share: float | None = None


Marks = dict[int | None, bool | None]


def marks(notes: Iterable[Said], parts: Sequence[Part], before: Marks | None = None) -> Marks:
    """What counts of each open half, and under None of the step as a whole where it has no date."""
    open_ones = [part for part in parts if not part.ended]
    found: Marks = dict.fromkeys([None, *(part.id for part in open_ones)])
    found |= before or {}
    parted = {part.id: part.sitting_id for part in parts if part.ended and part.kind == WHOLE}
    for note in notes:
        if note.late:
            continue
        if note.half_id is None:
            found = dict.fromkeys(found, note.present)
        elif note.half_id in parted:
            found |= {p.id: note.present for p in open_ones if p.sitting_id == parted[note.half_id]}
        elif note.half_id in found:
            found[note.half_id] = note.present
    return found


def attended(found: Mapping[int | None, bool | None], parts: Sequence[Part], terms: Terms) -> bool:
    """Whether what is noted makes the step done. Without dates the note about the step decides."""
    open_ones = [p for p in parts if not p.ended and (not p.cancelled or found.get(p.id) is not None)]
    if not open_ones:
        return found.get(None) is True
    there = [part.id for part in open_ones if found.get(part.id) is True]
    if terms.halves is not None:
        return len(there) >= min(terms.halves, len(open_ones))
    if terms.share is not None:
        return bool(there) and len(there) >= terms.share * len(open_ones) - 1e-9
    missed = {part.sitting_id for part in open_ones if found.get(part.id) is False}
    return any(part.sitting_id not in missed for part in open_ones if part.id in there)


def terms_of(said: Any) -> Terms:
    """The terms of a step in a rule version; what cannot be read asks for the default."""
    wanted = said.get("attended") if isinstance(said, Mapping) else None
    if not isinstance(wanted, Mapping):
        return Terms()
    halves, share = wanted.get("halves"), wanted.get("share")
    if isinstance(halves, int) and not isinstance(halves, bool) and halves > 0:
        return Terms(halves=halves)
    if isinstance(share, int | float) and not isinstance(share, bool) and 0 < share <= 1:
        return Terms(share=float(share))
    return Terms()


def span(
    kind: str, day: date, zone: str, starts: time | None, ends: time | None, sitting: tuple[datetime, datetime | None]
) -> tuple[datetime, datetime]:
    """From when to when a half lasts. Where no hours are known: a morning ends, an afternoon begins, at the hour of
    the midday meal, and whatever else lasts as long as its sitting."""
    from_sitting = sitting[0], sitting[1] or sitting[0] + timedelta(hours=12)
    if starts is not None:
        begun = moment_there(day, starts, zone)
        return begun, moment_there(day, ends, zone) if ends else max(begun, from_sitting[1])
    midday = moment_there(day, MIDDAY, zone)
    if kind == "morning":
        return from_sitting[0], max(from_sitting[0], midday)
    if kind == "afternoon":
        return max(from_sitting[0], midday), max(from_sitting[1], moment_there(day, MIDDAY, zone))
    return from_sitting


def current(spans: Sequence[tuple[datetime, datetime]], now: datetime) -> int | None:
    """Which of these spans, in their order, is on now: the one that has begun last and ended less than three hours ago;
    else the next one to come, else the last."""
    on = [place for place, (starts, ends) in enumerate(spans) if starts <= now < ends + SLACK]
    running = [place for place in on if now < spans[place][1]]
    ahead = [place for place, (starts, _ends) in enumerate(spans) if starts > now]
    best = running[-1:] or on[-1:] or ahead[:1]
    return best[0] if best else len(spans) - 1 if spans else None
