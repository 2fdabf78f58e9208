"""The text of a recording as one person reads it: in one or two languages, searched, each part confirmed or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app import search
from media import queries as media
from media import spoken
from modules.queries.shapes import StepView
from modules.rules import reading


@dataclass(frozen=True, slots=True)
class Said:
    """What is said in one breath, with the same in another language beside it."""

    start: float
    speaker: str
    cues: Sequence[tuple[float, str]]
    beside: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(text for _, text in self.cues)

    @property
    def anchor(self) -> str:
        """Its name on the page, by its second."""
        return f"s{round(self.start, 3):.12g}"


@dataclass(frozen=True)
class Part:
    """A chapter, or some minutes of a recording without chapters."""

    title: str
    start: float
    end: float
    said: Sequence[Said]
    taken_in: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where an address with a second leads to, and what is said then."""

    second: float
    said: str
    language: str
    line: Said | None
    fragment: str


@dataclass(frozen=True)
class Reading:
    """The transcript of a version; no parts where nothing is written down."""

    version: str
    language: str
    second: str
    languages: Sequence[tuple[str, str]]
    titled: str  # The language of the chapters.
    parts: Sequence[Part] = ()
    looked_for: str = ""
    found: int = 0

    def at(self, second: float) -> Said | None:
        """The line that is said then."""
        lines = [said for part in self.parts for said in part.said]
        return lines[reading.place_at([said.start for said in lines], second)] if lines else None

    def arrival(self, second: float, fragment: str) -> Arrival:
        """What somebody finds who comes to this second."""
        line = self.at(second)
        said = line.cues[reading.place_at([start for start, _ in line.cues], second)][1] if line else ""
        return Arrival(second, said, self.language, line, fragment)

    def anchor_at(self, second: float) -> str:
        """Where a second is on the page: the chapter that begins with it, else the line that is said then."""
        number = next((n for n, part in enumerate(self.parts, 1) if part.title and part.start == second), None)
        line = self.at(second)
        return f"part-{number}" if number or line is None else line.anchor


def reading_of(session: Session, step: StepView, language: str, second: str = "", words: str = "") -> Reading | None:
    """The text in this language, with a second one beside it; only what holds the words, where some are looked for."""
    playable = media.playable(session, [step.recording_id]).get(step.recording_id) if step.recording_id else None
    if playable is None or not step.duration:
        return None
    text = spoken.transcript(session, playable.version_id, language)
    other = spoken.transcript(session, playable.version_id, second) if second else None
    if other and (other.language != second or second == text.language):
        other = None
    parts = _parts(text.sections, step, other)
    wanted = search.Query.of(words)
    if wanted.terms:
        parts = [_only(part, wanted) for part in parts]
        parts = [part for part in parts if part.said]
    return Reading(
        playable.version_public_id, text.language, other.language if other else "", text.languages,
        text.titled, parts, words,
        sum(len(part.said) for part in parts) if wanted.terms else 0,
    )  # fmt: skip


def _parts(sections: Sequence[Any], step: StepView, other: Any) -> list[Part]:
    titled = [(section.title, section.start, list(section.paragraphs)) for section in sections]
    if len(titled) == 1 and not titled[0][0]:
        titled = _cut(titled[0][2])
    spans = reading.parts([start for _, start, _ in titled], step.duration or 0.0)
    begins = [paragraph.start for _, _, paragraphs in titled for paragraph in paragraphs]
    cues = [cue for section in other.sections for each in section.paragraphs for cue in each.cues] if other else []
    along = iter(reading.beside(begins, cues, lambda cue: float(cue.start)))
    return [
        Part(
            title, start, end,
            [
                Said(
                    each.start, each.speaker, [(cue.start, cue.line) for cue in each.cues],
                    " ".join(cue.line for cue in next(along)),
                )
                for each in paragraphs
            ],
            reading.taken_in(list(step.ranges), (start, end)),
        )
        for (title, _, paragraphs), (start, end) in zip(titled, spans, strict=True)
    ]  # fmt: skip


def _cut(paragraphs: Sequence[Any]) -> list[tuple[str, float, list[Any]]]:
    places = [0, *reading.cuts([paragraph.start for paragraph in paragraphs]), len(paragraphs)]
    pieces = [list(paragraphs[a:b]) for a, b in zip(places, places[1:], strict=False)]
    return [("", piece[0].start if number else 0.0, piece) for number, piece in enumerate(pieces) if piece]


def _only(part: Part, wanted: search.Query) -> Part:
    holding = [said for said in part.said if search.holds(wanted, f"{said.speaker} {said.text} {said.beside}")]
    return Part(part.title, part.start, part.end, holding, part.taken_in)


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter with what its person has seen of it."""

    title: str
    language: str
    start: float
    end: float
    share: float
    missing: float
    here: bool


def chapters_of(session: Session, step: StepView, language: str, at: float) -> list[ChapterView]:
    """The chapters of a recording step; the one that holds the second `at` is where its person is."""
    if step.version_id is None:
        return []
    ranges = list(step.ranges)
    return [
        ChapterView(
            each.title, each.language, each.start, each.end, reading.share_of(ranges, (each.start, each.end)),
            (each.end - each.start) * (1 - reading.share_of(ranges, (each.start, each.end))),
            each.start <= at < each.end,
        )
        for each in spoken.chapters(session, step.version_id, language)
    ]  # fmt: skip
