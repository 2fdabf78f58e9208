"""What is said in a recording, as pages read it: its chapters, and its subtitles as a text. One statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.db import fetch
from media.captions import LANGUAGES, Cue, cues_of
from media.captions.transcript import Section, sections
from media.models import Caption

_OF_VERSION: Any = (
    select(Caption.kind, Caption.language, Caption.label, Caption.body)
    .where(Caption.version_id == bindparam("version"), Caption.put_away_at.is_(None))
    .order_by(Caption.language)
)
_CHAPTERS: Any = _OF_VERSION.where(Caption.kind == "chapters")


@dataclass(frozen=True)
class Chapter:
    """Where a part of the recording begins and ends, and what it is called."""

    start: float
    end: float
    title: str
    language: str


@dataclass(frozen=True)
class Transcript:
    """All that is said, in one of the `languages` (with labels) that there are; no sections where there are none."""

    language: str
    sections: Sequence[Section] = ()
    languages: Sequence[tuple[str, str]] = ()
    titled: str = ""  # The language of the chapters' titles, which may be another one.


def chapters(session: Session, version_id: int, language: str) -> list[Chapter]:
    """The chapters of a version, in this language or else in another one that has them."""
    rows = fetch(session, _CHAPTERS, {"version": version_id})
    row = _best(rows, language)
    return [] if row is None else [Chapter(c.start, c.end, c.line, row.language) for c in cues_of(row.body)]


def transcript(session: Session, version_id: int, language: str) -> Transcript:
    """The subtitles of a version as a text in chapters, in this language or else in another one that has them."""
    rows = fetch(session, _OF_VERSION, {"version": version_id})
    said = [row for row in rows if row.kind == "captions"]
    row = _best(said, language)
    if row is None:
        return Transcript(language)
    begun = _best([each for each in rows if each.kind == "chapters"], row.language)
    marks: list[Cue] = cues_of(begun.body) if begun else []
    languages = [(each.language, each.label) for each in said]
    titled = begun.language if begun else row.language
    return Transcript(row.language, sections(cues_of(row.body), marks), languages, titled)


def _best(rows: Sequence[Any], language: str) -> Any:
    """The one in this language, else in the first of those that we offer."""
    order = {name: place for place, name in enumerate(LANGUAGES)} | {language: -1}
    return min(rows, key=lambda row: order.get(row.language, len(order)), default=None)
