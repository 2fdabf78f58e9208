"""One subtitle or chapter, and a row of them as the WebVTT that we keep."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from media.captions import payload

LONGEST_HOURS = 1000
TO_CHECK = "to-check"
"""Begins the id of a cue that lies where its recording was changed, until somebody has looked at it."""

_STAMP = r"(\d{2,3}):([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_STAMP} --> {_STAMP}(?: (.*))?")


@dataclass(frozen=True)
class Cue:
    """What is shown from one second to another. `text` is clean WebVTT: its own marks, nothing else."""

    start: float
    end: float
    text: str
    id: str = ""
    settings: str = ""

    @property
    def to_check(self) -> bool:
        """Whether its passage was changed since somebody looked at it."""
        return self.id.split(" ")[0] == TO_CHECK

    @property
    def words(self) -> str:
        """What is read of it."""
        return payload.words(self.text)

    @property
    def line(self) -> str:
        """The same in one line."""
        return " ".join(self.words.split())


def webvtt(cues: Iterable[Cue]) -> str:
    """The file, as players read it."""
    blocks = []
    for cue in cues:
        times = f"{clock(cue.start)} --> {clock(cue.end)}"
        blocks.append(
            "\n".join(filter(None, (cue.id, f"{times} {cue.settings}" if cue.settings else times, cue.text))) + "\n"
        )
    return "WEBVTT\n\n" + "\n".join(blocks)


def cues_of(body: str) -> list[Cue]:
    """The row of a file that `webvtt` wrote."""
    found = []
    for block in re.split(r"\n{2,}", body)[1:]:
        lines = block.strip("\n").split("\n")
        at = next((place for place, line in enumerate(lines[:2]) if _TIMES.fullmatch(line)), None)
        if at is not None and (times := _TIMES.fullmatch(lines[at])) is not None:
            start, end = seconds(*times.group(1, 2, 3, 4)), seconds(*times.group(5, 6, 7, 8))
            name = lines[0] if at else ""
            found.append(Cue(start, end, "\n".join(lines[at + 1 :]), name, times[9] or ""))
    return found


def clock(second: float, decimal: str = ".") -> str:
    """00:01:02.500"""
    thousandths = round(second * 1000)
    whole, rest = divmod(thousandths, 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{decimal}{rest:03}"


def seconds(hours: str | None, minutes: str, whole: str, fraction: str | None) -> float:
    """The same as a number."""
    thousandths = int((fraction or "0").ljust(3, "0")[:3])
    return round(int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + thousandths / 1000, 3)
