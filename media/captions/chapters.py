"""Chapters of a recording: a list that somebody types, and the file that players read."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from app.i18n import lazy
from app.text import LONGEST_LINE, at_most
from media.captions import payload
from media.captions.cues import Cue, seconds
from media.captions.refusals import wrong

FIELD = "chapters"
MOST = 200
LONGEST_LIST = 50_000
OPEN_END = 3600.0  # Seconds of the last chapter where the length of the recording is not known yet.

_LINE = re.compile(r"\s*\[?(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:[.,](\d{1,3}))?\]?(?:\s*[-–—:.)]\s+|\s+)(\S.*)")


def typed(text: str, duration: float | None) -> list[Cue]:
    """The chapters of a list, one a line, “00:00 Opening”; Invalid with the line and the reason."""
    found: dict[float, tuple[int, str]] = {}
    for number, line in enumerate(
        text[: LONGEST_LIST + 1].replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1
    ):
        if line.strip():
            at, title = _line(number, line, duration)
            if at in found:
                raise wrong(lazy("Line %(number)d: another chapter begins at the same time.", number=number), FIELD)
            found[at] = (number, title)
    if len(text) > LONGEST_LIST or len(found) > MOST:
        raise wrong(lazy("This is more than 200 chapters."), FIELD)
    if not found:
        raise wrong(lazy("Write at least one chapter: its time, then its title."), FIELD)
    return _until_next([(at, title) for at, (_, title) in sorted(found.items())], duration)


def arranged(cues: Sequence[Cue], duration: float | None) -> list[Cue]:
    """The chapters of a file: sorted, inside the recording, each until the next one begins."""
    late = [cue for cue in cues if duration is not None and cue.start >= duration]
    if late:
        sentence = lazy("The chapter “%(title)s” begins after the recording has ended.", title=late[0].line)
        raise wrong(sentence)
    if len(cues) > MOST:
        raise wrong(lazy("This is more than 200 chapters."))
    begun = {cue.start: cue.line[:LONGEST_LINE] for cue in reversed(cues)}
    return _until_next(sorted(begun.items()), duration)


def as_list(cues: Iterable[Cue]) -> str:
    """The list that somebody would type for them."""
    return "\n".join(f"{_short(cue.start)} {cue.line}" for cue in cues)


def _line(number: int, line: str, duration: float | None) -> tuple[float, str]:
    parts = _LINE.fullmatch(line)
    if parts is None or (parts[1] and int(parts[2]) > 59):
        raise wrong(
            lazy("Line %(number)d: write the time, then the title, as in “00:00 Opening”.", number=number), FIELD
        )
    at, title = seconds(parts[1], parts[2], parts[3], parts[4]), " ".join(parts[5].split())
    if duration is not None and at >= duration:
        raise wrong(lazy("Line %(number)d: this chapter begins after the recording has ended.", number=number), FIELD)
    if len(title) > LONGEST_LINE:
        raise wrong(lazy("Line %(number)d: %(reason)s", number=number, reason=at_most(LONGEST_LINE)), FIELD)
    return at, title


def _until_next(begun: Sequence[tuple[float, str]], duration: float | None) -> list[Cue]:
    end = duration if duration is not None else begun[-1][0] + OPEN_END
    ends = [after for (_, _), (after, _) in pairwise(begun)] + [max(end, begun[-1][0])]
    return [Cue(at, round(until, 3), payload.from_words(title)) for (at, title), until in zip(begun, ends, strict=True)]


def _short(at: float) -> str:
    whole, rest = divmod(round(at * 1000), 1000)
    hours, minutes, left = whole // 3600, whole // 60 % 60, whole % 60
    fraction = f".{rest:03}" if rest else ""
    return f"{hours}:{minutes:02}:{left:02}{fraction}" if hours else f"{minutes:02}:{left:02}{fraction}"
