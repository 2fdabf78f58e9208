"""What somebody cut: a list of lines becomes pieces. Times are those of the present file."""

import re
from dataclasses import dataclass

from app.i18n import clock, lazy
from media.passages import Piece, tidy

MOST_LINES = 200
NEAR = 1.0  # So far the list may miss the length of the new file: studios write whole seconds.

_CLOCK = r"((?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?)"
_LENGTH = rf"(?:{_CLOCK}|(\d+(?:[.,]\d{{1,3}})?)\s*(?:s|sec|seconds?|secondes?)?)"
_TO = r"\s*(?:-|–|—|→|to|à|until|jusqu[’']à)\s*"
_CUT = re.compile(rf"(?:cut|coupé|coupe|couper)\s*:?\s*{_CLOCK}{_TO}{_CLOCK}", re.I)
_INSERT = re.compile(rf"(?:inserted|insert|inséré|insère|insérer)\s*(?:at|à)?\s*{_CLOCK}\s*[,;:]?\s*{_LENGTH}", re.I)
_REPLACED = re.compile(
    rf"(?:replaced|replace|remplacé|remplace|remplacer)\s*:?\s*{_CLOCK}{_TO}{_CLOCK}(?:\s*[,;]?\s*(?:by|par)\s*{_LENGTH})?",
    re.I,
)


@dataclass(frozen=True)
class Change:
    """From `start` to `end` of the present file something of `length` seconds stands in the new one."""

    line: int
    start: float
    end: float
    length: float


@dataclass(frozen=True)
class Read:
    """The pieces, or what is wrong: a sentence for each wrong line."""

    pieces: list[Piece]
    wrong: list[object]


def read(text: str, duration: float, new_duration: float) -> Read:
    """The lines of a list, with the lengths of the present and of the new file. No line: nothing was changed."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        return Read([], [lazy("Write at most %(most)d lines.", most=MOST_LINES)])
    changes, wrong = [], []
    for number, line in lines:
        change = _change(number, line)
        if change is None:
            wrong.append(
                lazy(
                    "Line %(number)d: write “cut 00:00–00:40”, “insert at 12:00, 30 s” or “replaced 20:00–22:10”.",
                    number=number,
                )
            )
        elif sentence := _impossible(change, duration):
            wrong.append(sentence)
        else:
            changes.append(change)
    changes.sort(key=lambda change: (change.start, change.end))
    wrong += [
        lazy("Line %(number)d: this passage lies in that of line %(other)d.", number=after.line, other=before.line)
        for before, after in zip(changes, changes[1:], strict=False)
        if after.start < before.end
    ]
    pieces = _pieces(changes, duration)
    length = duration + sum(change.length - (change.end - change.start) for change in changes)
    if not wrong and abs(length - new_duration) > NEAR:
        wrong.append(_misses(length, new_duration))
    return Read([] if wrong else pieces, wrong)


def _change(number: int, line: str) -> Change | None:
    if found := _CUT.fullmatch(line):
        return Change(number, _seconds(found[1]), _seconds(found[2]), 0.0)
    if found := _INSERT.fullmatch(line):
        at = _seconds(found[1])
        return Change(number, at, at, _seconds(found[2] or found[3]))
    if found := _REPLACED.fullmatch(line):
        start, end = _seconds(found[1]), _seconds(found[2])
        length = found[3] or found[4]
        return Change(number, start, end, _seconds(length) if length else end - start)
    return None


def _impossible(change: Change, duration: float) -> object:
    if change.end > duration + NEAR or change.start > duration:
        return lazy(
            "Line %(number)d: the present file ends at %(end)s.", number=change.line, end=clock(duration)
        )  # fmt: skip
    if change.end < change.start or (change.end == change.start and not change.length):
        return lazy("Line %(number)d: the passage ends before it begins.", number=change.line)
    return None


def _misses(length: float, new_duration: float) -> object:
    told = {"list": clock(length), "new": clock(new_duration), "missing": clock(abs(length - new_duration))}
    if length > new_duration:
        return lazy(
            "By this list the new file would last %(list)s; it lasts %(new)s. A cut of %(missing)s is missing.", **told
        )
    return lazy(
        "By this list the new file would last %(list)s; it lasts %(new)s. Something of %(missing)s more was put in.",
        **told,
    )


def _pieces(changes: list[Change], duration: float) -> list[Piece]:
    found: list[Piece] = []
    at = to = 0.0
    for change in changes:
        found.append((at, change.start, to))
        to += max(0.0, change.start - at) + change.length
        at = change.end
    return tidy([*found, (at, duration, to)])


def _seconds(text: str) -> float:
    parts = text.replace(",", ".").split(":")
    return sum(float(part) * 60**power for power, part in enumerate(reversed(parts)))
