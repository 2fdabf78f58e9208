"""Subtitles as a text that is read: in chapters, a paragraph where the speaker pauses, changes or has said enough."""

from collections.abc import Sequence
from dataclasses import dataclass

from media.captions import payload
from media.captions.cues import Cue

PAUSE = 2.0
"""Seconds of silence after which a paragraph begins."""
SILENCE = 10.0
"""Seconds over which no sentence goes on."""
ENOUGH = 400
"""Characters after which a paragraph ends with the next sentence, or at the latest at twice as many."""
_ENDS = tuple('.!?…؟。”»"')


@dataclass(frozen=True)
class Paragraph:
    """What is said without a pause; each cue keeps its time."""

    cues: Sequence[Cue]
    speaker: str = ""

    @property
    def start(self) -> float:
        """When it begins."""
        return self.cues[0].start

    @property
    def end(self) -> float:
        """When it has been said."""
        return max(cue.end for cue in self.cues)

    @property
    def text(self) -> str:
        """In one line."""
        return " ".join(cue.line for cue in self.cues)


@dataclass(frozen=True)
class Section:
    """A chapter with what is said in it, or all of a recording without chapters."""

    title: str
    start: float
    paragraphs: Sequence[Paragraph]


def sections(cues: Sequence[Cue], chapters: Sequence[Cue] = ()) -> list[Section]:
    """The text, in order; what is said before the first chapter stands in one without a title."""
    begun = [(chapter.start, chapter.line) for chapter in chapters]
    if not begun or begun[0][0] > 0:
        begun.insert(0, (0.0, ""))
    ends = [start for start, _ in begun[1:]] + [float("inf")]
    found = []
    for (start, title), end in zip(begun, ends, strict=True):
        said = [cue for cue in cues if start <= cue.start < end or (start == 0 and cue.start < 0)]
        if title or said:
            found.append(Section(title, start, paragraphs(said)))
    return found


def paragraphs(cues: Sequence[Cue]) -> list[Paragraph]:
    """The same without chapters. A subtitle that only repeats the one before is left out: some scroll."""
    found: list[Paragraph] = []
    held: list[Cue] = []
    for cue in cues:
        if held and cue.line == held[-1].line and cue.start <= held[-1].end:
            continue
        if held and _breaks(held, cue):
            found.append(_paragraph(held))
            held = []
        held.append(cue)
    return [*found, _paragraph(held)] if held else found


def stretches(cues: Sequence[Cue]) -> list[list[list[Cue]]]:
    """The same as a search reads it: what is said without a long silence, in passages that each say enough."""
    found: list[list[list[Cue]]] = []
    last: Cue | None = None
    for paragraph in paragraphs(cues):
        if last is None or paragraph.start - last.end >= SILENCE:
            found.append([[]])
        elif _length(found[-1][-1]) >= ENOUGH:
            found[-1].append([])
        found[-1][-1] += paragraph.cues
        last = paragraph.cues[-1]
    for parts in found:
        if len(parts) > 1 and _length(parts[-1]) < ENOUGH:
            rest = parts.pop()
            parts[-1] += rest
    return found


def _breaks(held: Sequence[Cue], cue: Cue) -> bool:
    last = held[-1]
    if cue.start - last.end >= PAUSE or (speaker_of(cue) or speaker_of(held[0])) != speaker_of(held[0]):
        return True
    length = _length(held)
    return length >= 2 * ENOUGH or (length >= ENOUGH and last.line.endswith(_ENDS))


def _length(cues: Sequence[Cue]) -> int:
    return sum(len(cue.line) for cue in cues)


def _paragraph(cues: Sequence[Cue]) -> Paragraph:
    return Paragraph(tuple(cues), speaker_of(cues[0]))


def speaker_of(cue: Cue) -> str:
    """Who speaks in it, if it says so."""
    return next(iter(payload.voices(cue.text)), "")
