"""Read WebVTT or SubRip as people have it. What can be meant in one way only is mended and said; the rest is refused
with its line and the reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.i18n import lazy
from media.captions import payload
from media.captions.blocks import TWO_TIMES, Blocks
from media.captions.cues import Cue, webvtt
from media.captions.encodings import decoded
from media.captions.refusals import wrong
from media.captions.remarks import about

LONGEST_BYTES = 5 * 1024 * 1024
SAMPLE = 80

_HEADING = re.compile(r"WEBVTT(?=[ \t\n]|$)")

NOTHING = lazy("This file holds no subtitles. Choose a WebVTT or SRT file.")


@dataclass(frozen=True)
class Subtitles:
    """What was read, and what should be known of it before it is relied upon."""

    cues: Sequence[Cue]
    encoding: str
    proved: bool  # Of the encoding: else it is only the likeliest.
    warnings: Sequence[Any] = ()

    @property
    def webvtt(self) -> str:
        """As it is kept."""
        return webvtt(self.cues)

    @property
    def sample(self) -> str:
        """The first words by which people see whether the letters are right: rather some with accents."""
        lines = [cue.line for cue in self.cues[:500]]
        telling = next((line for line in lines if not line.isascii()), lines[0])
        return telling if len(telling) <= SAMPLE else telling[: SAMPLE - 1] + "…"


def read(raw: bytes, duration: float | None = None) -> Subtitles:
    """The subtitles; Invalid with the line and the reason where they are wrong. `duration`: of the recording."""
    if len(raw) > LONGEST_BYTES:
        raise wrong(lazy("This file is too large for subtitles."))
    text = decoded(raw)
    letters = text.letters.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "-->" not in letters and not any(map(TWO_TIMES.match, letters.split("\n"))):
        raise wrong(NOTHING)
    reader = Blocks(vtt=_HEADING.match(letters.lstrip()) is not None)
    reader.read(letters.split("\n"))
    kept = [cue for cue in reader.cues if not payload.says_nothing(cue.text)]
    if not kept:
        raise wrong(NOTHING)
    ordered = sorted(kept, key=lambda cue: (cue.start, -cue.end))  # As WebVTT wants it: what holds others first.
    told = [*reader.told[:5], *about(reader.cues, kept, ordered, duration)]
    return Subtitles(ordered, text.name, text.proved, told)
