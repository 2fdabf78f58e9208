"""Subtitles as files that other programs read."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from media.captions.cues import Cue, clock, webvtt
from media.captions.transcript import paragraphs


def srt(cues: Sequence[Cue]) -> str:
    """SubRip: the words alone, for it knows no marks but by custom."""
    blocks = (
        f"{number}\n{clock(cue.start, ',')} --> {clock(cue.end, ',')}\n{cue.words}\n"
        for number, cue in enumerate(cues, start=1)
    )
    return "\n".join(blocks)


def plain(cues: Sequence[Cue]) -> str:
    """What is said, a paragraph a line, without times."""
    return "\n\n".join(paragraph.text for paragraph in paragraphs(cues)) + "\n"


class Form(NamedTuple):
    """What the file is called by machines, and how it is written."""

    type: str
    write: Callable[[Sequence[Cue]], str]


FORMS = {
    "vtt": Form("text/vtt", webvtt), "srt": Form("application/x-subrip", srt), "txt": Form("text/plain", plain),
}  # fmt: skip
