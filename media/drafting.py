"""Ask a machine for subtitles, and stop it. Flush, never commit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Config
from app.db import once, refusing
from app.errors import Conflict, NotFound
from app.i18n import lazy
from app.people.models import Person
from media.leases import DRAFTS
from media.models import SpeechDraft, Version
from media.rules import State
from media.speech import engine


class Drafts(NamedTuple):
    """What the page of a recording says of it: whether there is an engine, what runs, failed, or is to be published."""

    offered: bool
    running: Sequence[Any]
    failed: Sequence[Any]
    unpublished: frozenset[int]  # Captions, by their row.


def of(session: Session, config: Config, version: Version) -> Drafts:
    """One statement."""
    rows = session.scalars(
        select(SpeechDraft).where(SpeechDraft.version_id == version.id).order_by(SpeechDraft.id)
    ).all()
    newest = {row.language: row for row in rows}.values()
    return Drafts(
        offered=engine(config) is not None and version.state is State.READY,
        running=[row for row in rows if row.ended_at is None],
        failed=[row for row in newest if row.stage == "failed"],
        unpublished=frozenset(row.caption_id for row in rows if row.caption_id and row.reviewed_at is None),
    )


def ask(session: Session, config: Config, version: Version, language: str, by: Person, now: datetime) -> None:
    """Have subtitles drafted in this language."""
    if engine(config) is None or version.state is not State.READY:
        raise NotFound
    row = SpeechDraft(version_id=version.id, language=language, created_at=now, state_at=now, created_by_id=by.id)
    if not once(session, row):
        raise Conflict(lazy("Subtitles in this language are being drafted already."))
    DRAFTS.ring(session, row)


def hurry(session: Session, row: SpeechDraft, now: datetime) -> None:
    """Draft now what waits for its next try, or failed."""
    with refusing(session, Conflict(lazy("Subtitles in this language are being drafted already."))):
        if row.stage == "failed":
            row.stage, row.state_at, row.attempt, row.ended_at = "waiting", now, 0, None
        row.next_try_at, row.reason = None, None
        session.flush()
    DRAFTS.ring(session, row)


def cancel(session: Session, version: Version, language: str, now: datetime) -> None:
    """Stop it; the worker notices at its next sign of life."""
    running = (SpeechDraft.version_id == version.id, SpeechDraft.language == language, SpeechDraft.ended_at.is_(None))
    for row in session.scalars(select(SpeechDraft).where(*running)).all():
        DRAFTS.stop(session, row, "cancelled", now)
