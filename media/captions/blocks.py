"""The blocks of a subtitle file, line by line: what is a subtitle, what is apart, and what can be mended."""

import re
from dataclasses import dataclass, field
from typing import Any

from app.i18n import lazy
from media.captions import payload
from media.captions.cues import Cue, clock, seconds
from media.captions.refusals import wrong
from media.captions.settings import known

MOST_CUES = 10_000
LONGEST_CUE = 2_000
TWO_TIMES = re.compile(r"\s*\d{1,3}:\d\d\S*\s*\S{0,3}\s*\d{1,3}:\d\d[\d:.,]*")

_TIME = r"(?:(\d{{1,3}}):)?((?({hours})|0*)[0-5]?\d):([0-5]?\d)(?:[.,](\d{{1,3}}))?(?!\d)"
_CUE = re.compile(rf"\s*{_TIME.format(hours=1)}\s*-->\s*{_TIME.format(hours=5)}(.*)")
_EITHER = re.compile(r"(?<![\d:.,])0*(?:[6-9]\d|[1-9]\d{2,}):[0-5]\d(?![\d:])")
"""Minutes to people, hours to some players: vtt.js reads 75:30.000 as three days. WebVTT itself knows no such time."""
_COUNTER = re.compile(r"\s*\d{1,9}\.?\s*")
_APART = re.compile(r"(NOTE|STYLE|REGION)(?=[ \t]|$)")


@dataclass
class Blocks:
    """Goes through the lines once. A subtitle is open from its times to the next empty line."""

    vtt: bool
    cues: list[Cue] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    _times: tuple[float, float, str, str] | None = None
    _words: list[str] = field(default_factory=list)
    _waiting: list[tuple[int, str]] = field(default_factory=list)  # Lines that no times have come for yet.
    _apart: bool = False  # Inside a note, a style or a region.

    def read(self, lines: list[str]) -> None:
        """All of it."""
        header = self.vtt
        for number, line in enumerate(lines, start=1):
            if header and "-->" not in line:
                header = not (line.strip() == "" and number > 1 and any(map(str.strip, lines[: number - 1])))
                continue
            header = False
            self._take(number, line, lines[number] if number < len(lines) else "")
        self._end_of_block()

    def _take(self, number: int, line: str, after: str) -> None:
        if not line.strip():
            self._end_of_block()
        elif self._apart:
            return
        elif "-->" in line:
            self._arrow(number, line, after)
        elif self._times:
            self._words.append(line)
        elif self.vtt and not self._waiting and (kind := _APART.match(line)):
            self._apart = True
            if kind[1] != "NOTE":
                self._say(
                    lazy(
                        "Line %(number)d: styles and regions are left out; players here do without them.", number=number
                    )
                )
        else:
            self._waiting.append((number, line))

    def _arrow(self, number: int, line: str, after: str) -> None:
        found = _CUE.fullmatch(line)
        if found is None and self._times and not re.search(r"\d", line):
            self._words.append(line)  # An arrow somebody wrote.
            return
        if found is None and not self._times and _CUE.fullmatch(after):
            self._waiting.append((number, ""))  # The name of a subtitle; no player takes one with an arrow.
            return
        if found is None and (either := _EITHER.search(line)):
            raise _two_readings(number, either[0])
        if found is None:
            raise _no_times(number)
        if self._times and not self.vtt:
            self._mend(number)
        self._close()
        self._begin(number, found)

    def _mend(self, number: int) -> None:
        """SubRip without its empty line: where the number of the next subtitle stands, it begins there."""
        if not self._words or not _COUNTER.fullmatch(self._words[-1]):
            raise wrong(lazy("Line %(number)d: an empty line is missing before these times.", number=number))
        self._words.pop()
        self._say(lazy("Line %(number)d: the empty line that was missing here has been added.", number=number - 1))

    def _begin(self, number: int, found: re.Match[str]) -> None:
        start, end = seconds(*found.group(1, 2, 3, 4)), seconds(*found.group(5, 6, 7, 8))
        if end < start:
            raise wrong(lazy("Line %(number)d: the subtitle ends before it begins.", number=number))
        if len(self.cues) >= MOST_CUES:
            raise wrong(lazy("Line %(number)d: this is more than 10,000 subtitles.", number=number))
        *stray, (_, name) = self._waiting or [(0, "")]
        self._waiting = stray
        self._strayed()
        name = " ".join(name.split())[:100] if self.vtt else ""
        self._times = (start, end, name, known(found[9]) if self.vtt else "")

    def _end_of_block(self) -> None:
        self._close()
        self._apart = False
        self._strayed()

    def _close(self) -> None:
        if self._times is not None:
            start, end, name, settings = self._times
            text = payload.clean("\n".join(self._words))
            if len(text) > LONGEST_CUE:
                raise wrong(lazy("At %(at)s: a subtitle is longer than 2,000 characters.", at=clock(start)))
            self.cues.append(Cue(start, end, text, name, settings))
        self._times, self._words = None, []

    def _strayed(self) -> None:
        """Text after an empty line: what was said before it goes on; without any before, nobody can say when it is."""
        stray = [(number, line) for number, line in self._waiting if line and not _COUNTER.fullmatch(line)]
        self._waiting = []
        if not stray:
            return
        for number, line in stray:
            if TWO_TIMES.match(line):
                raise _no_times(number)
        number = stray[0][0]
        if not self.cues:
            raise wrong(lazy("Line %(number)d: this text has no times.", number=number))
        last = self.cues[-1]
        words = payload.clean("\n".join([last.text, *(line for _, line in stray)]))
        self.cues[-1] = Cue(last.start, last.end, words, last.id, last.settings)
        self._say(
            lazy("Line %(number)d: text after an empty line was joined to the subtitle before it.", number=number)
        )

    def _say(self, sentence: Any) -> None:
        self.told.append(sentence)


def _no_times(number: int) -> Exception:
    return wrong(lazy("Line %(number)d: the times are not written as 00:01:02.500 --> 00:01:05.000.", number=number))


def _two_readings(number: int, time: str) -> Exception:
    return wrong(
        lazy(
            "Line %(number)d: %(time)s may be minutes and seconds, or hours and minutes. "
            "Write all three, as in 01:15:30.",
            number=number,
            time=time,
        )
    )
