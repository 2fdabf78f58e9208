"""Private notes by machine: what the page's form does. Nobody reads another's."""

from datetime import UTC, datetime
from typing import Any

from flask import request

from app import i18n
from app.web.access import viewer
from app.web.api import Problem, validate
from app.web.limits import writing
from app.web.session import session
from modules import access, actions
from modules.api import bp
from modules.models import Note
from modules.queries import notes as queries
from modules.schemas import NoteChange, NoteIn, NoteOut, NotesOut


@bp.get("/notes")
@validate({200: NotesOut}, tags=("notes",))
def all_notes() -> Any:
    """All of the asking person's notes, each where it lies in the file that is shown now."""
    found = queries.every(session(), viewer().id, i18n.current())
    return NotesOut(notes=[_told(note, of.step_public_id) for of in found for note in of.notes])


@bp.get("/steps/<public_id>/notes")
@validate({200: NotesOut}, tags=("notes",))
def read_notes(public_id: str) -> Any:
    """Those of one recording, removed ones too."""
    at = access.watchable_for(session(), viewer(), public_id, datetime.now(UTC))
    found = queries.of_step(session(), viewer().id, at.step_id, at.version_id)
    return NotesOut(notes=[_told(note, public_id) for note in found])


@bp.post("/steps/<public_id>/notes")
@writing
@validate({200: NoteOut, 409: Problem}, json=NoteIn, tags=("notes",))
def add_note(public_id: str) -> Any:
    """Keep a note at a second. The same `client_id` again changes nothing and answers the note."""
    sent: NoteIn = request.context.json  # type: ignore[attr-defined]
    now = datetime.now(UTC)
    at = access.watchable_for(session(), viewer(), public_id, now, sent.version)
    note = actions.write_note(
        session(), at, viewer(), sent.second, sent.body, now=now, client_id=sent.client_id
    )  # fmt: skip
    return _row(note, public_id)


@bp.patch("/notes/<public_id>")
@writing
@validate({200: NoteOut}, json=NoteChange, tags=("notes",))
def change_note(public_id: str) -> Any:
    """Say it otherwise, take it out of sight (`removed`: true), or bring it back (false)."""
    sent: NoteChange = request.context.json  # type: ignore[attr-defined]
    note, step = access.note_of(session(), viewer(), public_id)
    now = datetime.now(UTC)
    if sent.body is not None:
        actions.change_note(session(), note, sent.body, now=now)
    if sent.removed:
        actions.remove_note(session(), note, now=now)
    elif sent.removed is not None:
        actions.restore_note(session(), note)
    return _row(note, step.public_id)


def _row(note: Note, step: str) -> NoteOut:
    removed = note.removed_at is not None
    return NoteOut(
        id=note.public_id, step=step, second=queries.place(session(), note), body=note.body, at=note.at,
        removed=removed,
    )  # fmt: skip


def _told(note: queries.NoteView, step: str) -> NoteOut:
    return NoteOut(
        id=note.public_id, step=step, second=note.second, body=note.body, at=note.at, removed=note.removed
    )  # fmt: skip
