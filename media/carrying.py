"""Subtitles and chapters of one file as those of another: each cue where the map puts it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.db import once
from app.people.models import Person
from media.captions import Cue, cues_of
from media.captions.cues import webvtt
from media.models import Caption, Version
from media.passages import moved
from media.rules import carry

SHORTEST = 0.5  # Less of a cue is not worth showing.


def captions(
    session: Session, old: Version, new: Version, pieces: Sequence[Sequence[float]], by: Person | None, now: datetime
) -> None:
    """Give the new file those of the old one, where it has none of its own in that language."""
    shown = select(Caption).where(Caption.put_away_at.is_(None)).options(undefer(Caption.body))
    own = {(each.kind, each.language) for each in session.scalars(shown.where(Caption.version_id == new.id))}
    for caption in session.scalars(shown.where(Caption.version_id == old.id)).all():
        if (caption.kind, caption.language) in own:
            continue
        place = chapters if caption.kind == "chapters" else cues
        kept, _left_out = place(cues_of(caption.body), pieces, new.duration)
        if kept:
            told: dict[str, Any] = {"kind": caption.kind, "language": caption.language, "label": caption.label}
            once(session, Caption(version_id=new.id, body=webvtt(kept), at=now, by_id=by.id if by else None, **told))


def cues(
    found: Sequence[Cue], pieces: Sequence[Sequence[float]], duration: float | None
) -> tuple[list[Cue], list[Cue]]:
    """Those that have a place in the new file, and those that fall into what was changed: they are left out."""
    kept: list[Cue] = []
    left_out: list[Cue] = []
    for cue in found:
        parts = carry([(cue.start, cue.end)], pieces)
        start, end = max(parts, key=lambda part: part[1] - part[0], default=(0.0, 0.0))
        if end - start < min(SHORTEST, (cue.end - cue.start) / 2):
            left_out.append(cue)
        else:
            kept.append(replace(cue, start=start, end=end))
    return sorted(kept, key=lambda cue: (cue.start, cue.end)), left_out


def chapters(
    found: Sequence[Cue], pieces: Sequence[Sequence[float]], duration: float | None
) -> tuple[list[Cue], list[Cue]]:
    """The same: a chapter begins at the first moment of it that is still there, and lasts until the next."""
    begun: list[Cue] = []
    left_out: list[Cue] = []
    for cue in found:
        parts = carry([(cue.start, cue.end)], pieces)
        at = moved(cue.start, pieces) if parts else None
        if parts:
            begun.append(replace(cue, start=parts[0][0] if at is None else at, end=parts[-1][1]))
        else:
            left_out.append(cue)
    begun.sort(key=lambda cue: cue.start)
    ends = [*(cue.start for cue in begun[1:]), duration or (begun[-1].end if begun else 0.0)]
    return [replace(cue, end=end) for cue, end in zip(begun, ends, strict=True) if end > cue.start], left_out
