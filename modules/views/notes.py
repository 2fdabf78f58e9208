"""Private notes beside a recording, and all of them in one list, to take along."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import _
from app.web import tables
from app.web.access import viewer
from app.web.attachments import disposition
from app.web.once import once
from app.web.session import session
from modules import access, actions, words
from modules.forms import NoteForm
from modules.models import Note
from modules.queries import notes as queries
from modules.queries.steps import step_page
from modules.queries.titles import title
from modules.views.learning import bp
from modules.views.steps import watch_page

TYPES = {"txt": "text/plain", "md": "text/markdown"}


@bp.post("/steps/<public_id>/notes")
@once
def write_note(public_id: str) -> ResponseReturnValue:
    """Keep a note; the page of the recording shows it in its place."""
    now, person = datetime.now(UTC), viewer()
    at = access.watchable_for(session(), person, public_id, now, request.form.get("version") or None)
    form = NoteForm()
    second = form.second() if form.validate_on_submit() else None
    if second is not None:
        try:
            note = actions.write_note(session(), at, person, second, form.body.data or "", now=now)
            return redirect(url_for("modules.step", public_id=public_id, t=f"{note.second:g}", _anchor="notes"), 303)
        except Invalid as refusal:
            form.refuse({"at" if name == "second" else name: said for name, said in refusal.fields.items()})
    step = access.step_for(session(), person, public_id, now=now)
    return watch_page(step_page(session(), step, person, i18n.current(), now), now, form), 422


@bp.route("/notes/<public_id>", methods=["GET", "POST"])
def note(public_id: str) -> ResponseReturnValue:
    """Read it alone, say it otherwise."""
    row, step = access.note_of(session(), viewer(), public_id)
    form = NoteForm(obj=row)
    if request.method == "POST":
        try:
            actions.change_note(session(), row, form.body.data or "", now=datetime.now(UTC))
            flash(_("The note is kept."), "good")
            return redirect(_beside(row, step.public_id), 303)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    page = render_template(
        "modules/note.html", note=row, form=form, step=step, title=title(step, i18n.current()),
        back=_beside(row, step.public_id), second=queries.place(session(), row),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.post("/notes/<public_id>/removal")
def remove_note(public_id: str) -> ResponseReturnValue:
    """Take it out of sight, or, with `undo`, bring it back."""
    row, step = access.note_of(session(), viewer(), public_id)
    if request.form.get("undo"):
        actions.restore_note(session(), row)
        flash(_("The note is back."), "good")
        return redirect(_beside(row, step.public_id), 303)
    actions.remove_note(session(), row, now=datetime.now(UTC))
    return redirect(url_for("modules.note", public_id=public_id), 303)


@bp.get("/notes")
def notes() -> ResponseReturnValue:
    """All of one's own, recording by recording."""
    found = queries.every(session(), viewer().id, i18n.current())
    return render_template("modules/notes.html", noted=found, words=words)


@bp.get("/notes.<any(txt, md, csv, xlsx):file_type>")
def export_notes(file_type: str) -> ResponseReturnValue:
    """All of them as a file."""
    return _file(queries.every(session(), viewer().id, i18n.current()), file_type, _("notes"))


@bp.get("/modules/<public_id>/notes.<any(txt, md, csv, xlsx):file_type>")
def export_module_notes(public_id: str, file_type: str) -> ResponseReturnValue:
    """Those of one module."""
    module = access.module_for(session(), viewer(), public_id)
    found = queries.every(session(), viewer().id, i18n.current(), module.id)
    return _file(found, file_type, f"{_('notes')}-{title(module, i18n.current())}")


def _file(found: list[queries.Noted], file_type: str, name: str) -> Response:
    if file_type in tables.TYPES:
        return tables.answer(words.notes_as_table(found, name, viewer().zone or "UTC"), file_type)
    text = {"txt": words.notes_as_text, "md": words.notes_as_markdown}[file_type](found)
    answer = Response(text, content_type=f"{TYPES[file_type]}; charset=utf-8")
    answer.headers["Content-Disposition"] = disposition(f"{name}.{file_type}")
    return answer


def _beside(row: Note, step: Any) -> str:
    second = queries.place(session(), row)
    return url_for("modules.step", public_id=step, t=None if second is None else f"{second:g}", _anchor="notes")
