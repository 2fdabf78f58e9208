"""What is said in recordings, for the search: written with the subtitles themselves, whoever writes them."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import jobs, search
from app.search.index import SOURCES, Source
from app.search.models import SearchEntry
from media.captions import Cue, cues_of
from media.captions.transcript import speaker_of, stretches
from media.models import Caption

SAID, CHAPTER = "said", "chapter"
_KINDS = {"captions": SAID, "chapters": CHAPTER}
AT_ONCE = 50
_TABLE = Caption.__table__
_COLUMNS = (_TABLE.c.id, _TABLE.c.version_id, _TABLE.c.kind, _TABLE.c.language, _TABLE.c.body)
_SHOWN = sa.select(*_COLUMNS).where(_TABLE.c.put_away_at.is_(None)).order_by(_TABLE.c.id)
_AUDIENCE = "version:"


def audience(version_id: int) -> str:
    """Whoever may see this version of a recording; rooms above know who that is."""
    return f"{_AUDIENCE}{version_id}"


def version_of(found: search.Hit) -> int:
    """The version in which a passage is said."""
    return int(found.audience.removeprefix(_AUDIENCE))


def sources(kind: str, session: Session) -> Iterator[Source]:
    """All that should be found of what is said, or of chapters."""
    for row in session.connection().execute(_SHOWN.where(_TABLE.c.kind == kind)):
        yield _source(row)


@jobs.sweep_every(60)
def fill(session: Session, _now: Any) -> None:
    """Write what the index lacks: all of it after the release that brought it, nothing on any other day."""
    kept = sa.select(SearchEntry.row_id).where(SearchEntry.kind.in_(_KINDS.values()))
    lacking = _SHOWN.where(_TABLE.c.id.not_in(kept)).limit(AT_ONCE)
    for row in session.connection().execute(lacking).all():
        search.put(session.connection(), _KINDS[row.kind], _source(row))


def entries(kind: str, cues: Sequence[Cue]) -> list[search.Entry]:
    """What is said in passages and by whom, and what runs from each into the next; or the chapters. Each cue with its
    second."""
    if kind == "chapters":
        return [search.Entry(cue.line, [(0, cue.start)]) for cue in cues]
    found = []
    for parts in stretches(cues):
        found.append(_entry(parts[0]))
        for before, after in pairwise(parts):
            found.append(_entry([*_near(before[::-1])[::-1], *_near(after)], between=True))
            found.append(_entry(after))
    return found


@event.listens_for(Caption, "after_insert")
@event.listens_for(Caption, "after_update")
def _write(_mapper: Any, connection: sa.Connection, caption: Caption) -> None:
    """A listener, for subtitles are also written by demonstrations, by jobs and with a new version."""
    if caption.put_away_at is not None:
        search.drop(connection, _KINDS[caption.kind], caption.id)
        return
    row = connection.execute(sa.select(*_COLUMNS).where(_TABLE.c.id == caption.id)).one()
    search.put(connection, _KINDS[row.kind], _source(row))


def _source(row: Any) -> Source:
    return Source(row.id, row.language, audience(row.version_id), entries(row.kind, cues_of(row.body)))


def _near(cues: Sequence[Cue]) -> Sequence[Cue]:
    """The first of them, as many as the longest phrase that is looked for could reach into."""
    reach = accumulate((len(cue.line) + 1 for cue in cues), initial=0)
    return [cue for cue, before in zip(cues, reach, strict=False) if before < search.LONGEST]


def _entry(cues: Sequence[Cue], between: bool = False) -> search.Entry:
    text, marks, speaking = "", [], speaker_of(cues[0]) if between else ""
    for cue in cues:
        text = f"{text} " if text else ""
        marks.append((len(text), cue.start))
        speaker = speaker_of(cue)
        text += f"{speaker}: {cue.line}" if speaker not in ("", speaking) else cue.line
        speaking = speaker or speaking
    return search.Entry(text, marks, between)


for _kind, _name in _KINDS.items():
    SOURCES[_name] = partial(sources, _kind)
