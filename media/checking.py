"""Subtitles and chapters that go along to another file; lines of them that lie where it was changed are to be checked,
until somebody has looked at them in the editor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.db import once
from app.people.models import Person
from media.captions import cues_of
from media.captions.cues import TO_CHECK, webvtt
from media.carrying import chapters, cues
from media.drafts import PAGE
from media.models import Caption, Version


def captions(
    session: Session, old: Version, new: Version, pieces: Sequence[Sequence[float]], by: Person | None, now: datetime
) -> None:
    """Give the new file those of the old one, where it has none of its own in that language."""
    shown = select(Caption).where(Caption.put_away_at.is_(None)).options(undefer(Caption.body))
    own = {(each.kind, each.language) for each in session.scalars(shown.where(Caption.version_id == new.id))}
    for caption in session.scalars(shown.where(Caption.version_id == old.id)).all():
        if (caption.kind, caption.language) in own:
            continue
        files = old.duration or 0.0, new.duration or 0.0
        found = cues_of(caption.body)
        kept = chapters(found, pieces, *files) if caption.kind == "chapters" else cues(found, pieces, *files).kept
        if kept:
            told: dict[str, Any] = {"kind": caption.kind, "language": caption.language, "label": caption.label}
            once(session, Caption(version_id=new.id, body=webvtt(kept), at=now, by_id=by.id if by else None, **told))


@dataclass(frozen=True)
class ToCheck:
    """How many lines, and where the first of them stands in the editor: its page, and its place there."""

    number: int
    page: int
    place: int


def to_check(session: Session, version: Version) -> dict[int, ToCheck]:
    """Of each of the subtitles of a file that has such lines."""
    own = select(Caption.id, Caption.body).where(Caption.version_id == version.id, Caption.put_away_at.is_(None))
    marked = session.execute(own.where(Caption.kind == "captions", Caption.body.contains(f"\n{TO_CHECK}")))
    found = {row.id: [at for at, cue in enumerate(cues_of(row.body)) if cue.to_check] for row in marked}
    return {name: ToCheck(len(at), at[0] // PAGE + 1, at[0] % PAGE) for name, at in found.items() if at}
