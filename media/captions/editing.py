"""Change subtitles line by line. A slice of them stands on a page; what stands elsewhere stays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape

from media.captions import payload
from media.captions.cues import TO_CHECK, Cue, clock

SHORTEST = 0.04
"""Seconds that each half of a split subtitle lasts at least: one picture."""
NEW = 2.0
"""Seconds that a line which somebody adds lasts, where there is room."""

_CLOCK = re.compile(r"\s*(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?\s*")
_BREAK = re.compile(r"\n| ")


@dataclass(frozen=True)
class Line:
    """A subtitle as it is typed: its times and its text, and whether it is to go."""

    start: str
    end: str
    text: str
    gone: bool = False
    name: str = ""
    settings: str = ""

    @property
    def to_check(self) -> bool:
        """Whether its passage was changed since somebody looked at it."""
        return self.name.split(" ")[0] == TO_CHECK


def line_of(cue: Cue) -> Line:
    """The subtitle as a form shows it."""
    return Line(clock(cue.start), clock(cue.end), typed(cue.text), False, cue.id, cue.settings)


def typed(text: str) -> str:
    """The text as people write it, & for &amp;, where that reads back the same."""
    plain = unescape(text)
    return plain if payload.clean(plain) == text else text


def second(text: str) -> float | None:
    """What somebody typed as a time: 75, 1:15, 1:15,5 or 00:01:15.500; None for anything else."""
    found = _CLOCK.fullmatch(text)
    if found is None or (found[2] and int(found[3]) > 59) or (found[1] and int(found[2]) > 59):
        return None
    hours, minutes, whole = (int(part or 0) for part in found.group(1, 2, 3))
    return round(hours * 3600 + minutes * 60 + whole + int((found[4] or "0").ljust(3, "0")) / 1000, 3)


def split(line: Line, at: int | None = None) -> tuple[Line, Line]:
    """Two of one, at this character or in the middle; each has its part of the time."""
    text = line.text.strip()
    place = at if at and 0 < at < len(line.text) else _middle(text)
    first, rest = line.text[:place].strip(), line.text[place:].strip()
    start, end = second(line.start), second(line.end)
    if start is None or end is None or end - start < 2 * SHORTEST:
        return replace(line, text=first), replace(line, text=rest, name="")
    share = (len(first) or 1) / ((len(first) + len(rest)) or 2)
    between = min(max(start + (end - start) * share, start + SHORTEST), end - SHORTEST)
    return (
        replace(line, end=clock(between), text=first),
        replace(line, start=clock(between), text=rest, name=""),
    )


def merged(one: Line, other: Line) -> Line:
    """One of two: from the start of the first to the later end, both texts on their lines."""
    text = "\n".join(part for part in (one.text.strip(), other.text.strip()) if part)
    later = max((one.end, other.end), key=lambda typed_time: second(typed_time) or 0.0)
    return replace(one, end=later, text=text)


def added(before: Line, after: Line | None) -> Line:
    """An empty line behind this one, as long as there is room."""
    start = second(before.end) or 0.0
    room = second(after.start) if after else None
    end = min(start + NEW, room) if room is not None and room > start else start + NEW
    return Line(clock(start), clock(end), "")


def shifted(cues: Sequence[Cue], by: float) -> list[Cue]:
    """All of them so many seconds later, or earlier; none may begin before the beginning."""
    return [replace(cue, start=round(cue.start + by, 3), end=round(cue.end + by, 3)) for cue in cues]


def _middle(text: str) -> int:
    """The break nearest to the middle, rather a line's than a word's."""
    middle = len(text) / 2
    places = [found.start() for found in _BREAK.finditer(text)]
    lines = [place for place in places if text[place] == "\n"]
    return min(lines or places, key=lambda place: abs(place - middle), default=len(text) // 2)
