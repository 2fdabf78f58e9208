"""Notes that somebody writes for herself at a second of a recording. Nothing is deleted: a removed one comes back."""

from datetime import datetime
from math import ceil
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import new_public_id
from app.errors import Conflict, Invalid
from app.i18n import lazy, lazy_number
from app.text import clean_text
from modules.access import Watchable
from modules.actions.adding import add_once
from modules.models import Note

LONGEST = 5000
MOST = 500  # of one person on one recording
_NOTE: Any = Note.__table__


def write_note(
    session: Session, at: Watchable, person: Any, second: float, text: str, *, now: datetime,
    client_id: str | None = None,
) -> Note:  # fmt: skip
    """Keep a note at a second of the version that was watched; the same `client_id` again is the same note."""
    version_id, duration = at.said_version_id or at.version_id, at.said_duration or at.duration
    if version_id is None or not duration:
        raise Conflict(lazy("This recording is not ready yet."))
    body, second = _text(text), _second(second, duration)
    own = sa.select(Note).where(Note.person_id == person.id)
    count = sa.select(sa.func.count()).where(Note.person_id == person.id, Note.step_id == at.step_id)
    if (session.scalar(count) or 0) >= MOST and not _known(session, own, client_id):
        raise Conflict(lazy("There are %(most)s notes on this recording: no more are kept.", most=lazy_number(MOST)))
    public_id = new_public_id()
    values = {
        "public_id": public_id, "person_id": person.id, "step_id": at.step_id, "version_id": version_id,
        "second": second, "body": body, "client_id": client_id, "at": now,
    }  # fmt: skip
    if add_once(session, _NOTE, values):
        return session.scalars(own.where(Note.public_id == public_id)).one()
    note = _known(session, own, client_id)
    if note is None or note.step_id != at.step_id:
        raise Invalid(fields={"client_id": lazy("This name was given to another note. Give each its own.")})
    return note


def change_note(session: Session, note: Note, text: str, *, now: datetime) -> None:
    """Say it otherwise; its second stays."""
    body = _text(text)
    if body != note.body:
        note.body, note.changed_at = body, now
        session.flush()


def remove_note(session: Session, note: Note, *, now: datetime) -> None:
    """Take the note out of sight."""
    note.removed_at = note.removed_at or now
    session.flush()


def restore_note(session: Session, note: Note) -> None:
    """Bring a removed note back."""
    note.removed_at = None
    session.flush()


def _known(session: Session, own: Any, client_id: str | None) -> Note | None:
    return session.scalar(own.where(Note.client_id == client_id)) if client_id else None


def _text(text: str) -> str:
    try:
        return clean_text(text, longest=LONGEST)
    except Invalid as refusal:
        raise Invalid(fields={"body": refusal.sentence}) from refusal


def _second(second: float, duration: float) -> float:
    if not 0 <= second <= ceil(duration):  # as the page writes how long it is
        raise Invalid(fields={"second": lazy("Write a time inside the recording, as in 12:30.")})
    return round(min(second, duration), 3)
