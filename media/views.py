"""The administrator's pages: the list, the form for a new file, one recording."""

from datetime import UTC, datetime
from typing import BinaryIO

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import jobs
from app.i18n import _
from app.web.access import admin_only, viewer
from app.web.limits import takes
from app.web.session import commit_now, session
from media import (
    access,
    actions,
    holds,
    lists,
    queries,
    rows,
    storage,
    unfinished,
    uploads,
    uses,
)
from media.forms import TitleForm, UploadForm, VersionForm
from media.models import Recording, Version
from media.recording_page import PLAIN_FORM_BYTES, back, config, page
from media.rules import State

bp = Blueprint("recordings", __name__, url_prefix="/recordings", template_folder="templates")
bp.before_request(admin_only)


@bp.get("")
def index() -> ResponseReturnValue:
    """All recordings and the form for a new one."""
    return _list(UploadForm())


@bp.post("")
@takes(PLAIN_FORM_BYTES)
def create() -> ResponseReturnValue:
    """Without scripts: title and file in one go, or several files."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _list(form, 422)
    files = form.file.data or []
    if len(files) == 1:
        version = _receive(files[0], title=form.title.data or "")
        flash(_("The file is here; its check and conversion begin."), "good")
        return redirect(url_for("recordings.show", public_id=version.recording.public_id), 303)
    for file in files:
        _receive(file, title=actions.title_of(file.filename or ""))
    flash(_("The files are here; their check and conversion begin."), "good")
    return redirect(url_for("recordings.index"), 303)


@bp.get("/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """One recording."""
    return page(access.recording_for(session(), viewer(), public_id), chapters=request.args.get("chapters", ""))


@bp.post("/<public_id>/versions")
@takes(PLAIN_FORM_BYTES)
def add_version(public_id: str) -> ResponseReturnValue:
    """Without scripts: one more file for the same recording."""
    form = VersionForm()
    valid = form.validate_on_submit()
    recording = access.recording_for(session(), viewer(), public_id)
    if not valid:
        return page(recording, version_form=form, status=422)
    _receive(form.file.data, recording=recording)
    flash(_("The file is here; its check and conversion begin."), "good")
    return back(public_id)


@bp.post("/<public_id>/title")
def rename(public_id: str) -> ResponseReturnValue:
    """Another title."""
    recording = access.recording_for(session(), viewer(), public_id)
    form = TitleForm()
    if not form.validate_on_submit():
        return page(recording, title_form=form, status=422)
    actions.rename(session(), recording, form.title.data or "")
    flash(_("The title is saved."), "good")
    return back(public_id)


@bp.get("/<public_id>/cancellation")
def ask_cancel(public_id: str) -> ResponseReturnValue:
    """Say what would be lost before it is: gigabytes may have travelled for hours."""
    recording = access.recording_for(session(), viewer(), public_id)
    newest = recording.newest
    actions.check_cancel(newest)
    row = rows.row(config(), lists.listed(session(), recording), newest.renditions, datetime.now(UTC))
    question, lost = rows.cancelling(config(), row)
    shown = uses.steps_of(session(), recording.id)
    kept = any(version.state is State.READY for version in recording.versions)
    return render_template(
        "media/cancel.html", recording=recording, row=row, question=question, lost=lost,
        effect=rows.effect(len(shown), kept), uses=shown, back=url_for("recordings.show", public_id=public_id),
    )  # fmt: skip


@bp.post("/<public_id>/cancellation")
def cancel(public_id: str) -> ResponseReturnValue:
    """Stop the upload or the conversion."""
    recording = access.recording_for(session(), viewer(), public_id)
    actions.cancel(session(), config(), recording.newest, viewer(), datetime.now(UTC))
    flash(_("Cancelled. Nothing of the file was kept."), "neutral")
    return redirect(url_for("recordings.index"), 303)


@bp.post("/<public_id>/retry")
def retry(public_id: str) -> ResponseReturnValue:
    """Try the conversion once more."""
    recording = access.recording_for(session(), viewer(), public_id)
    actions.retry(session(), config(), recording.newest, viewer(), datetime.now(UTC))
    flash(_("The conversion begins again."), "good")
    return back(public_id)


@bp.post("/<public_id>/earlier")
def keep_earlier(public_id: str) -> ResponseReturnValue:
    """Put the file that came to nothing away and keep the earlier one."""
    recording = access.recording_for(session(), viewer(), public_id)
    actions.put_away(session(), config(), recording, viewer(), datetime.now(UTC))
    flash(_("The earlier file stays. The other one stands in the list of files."), "good")
    return back(public_id)


@bp.post("/<public_id>/archive")
def archive(public_id: str) -> ResponseReturnValue:
    """Take it off the list; undone from the list of archived ones."""
    actions.archive(session(), access.recording_for(session(), viewer(), public_id), viewer(), datetime.now(UTC))
    flash(_("Archived. It can be put back from the archived recordings at any time."), "neutral")
    return redirect(url_for("recordings.index"), 303)


@bp.post("/<public_id>/restoration")
def restore(public_id: str) -> ResponseReturnValue:
    """Put it back on the list."""
    actions.restore(session(), access.recording_for(session(), viewer(), public_id), viewer(), datetime.now(UTC))
    flash(_("The recording is on the list again."), "good")
    return back(public_id)


def _receive(sent: BinaryIO, *, title: str = "", recording: Recording | None = None) -> Version:
    """The record first, then the bytes outside of the transaction, then the bell."""
    stream = getattr(sent, "stream", sent)
    size = stream.seek(0, 2)
    stream.seek(0)
    name = getattr(sent, "filename", None) or ""
    now = datetime.now(UTC)
    version = actions.create(
        session(), viewer(), config(), title=title, file_name=name, size=size, recording=recording, now=now
    )
    since = jobs.time_of(session())
    commit_now()
    with uploads.locked(config(), version.public_id, since) as (opened, hold):
        written = uploads.append(opened, holds.beating(uploads.blocks(stream.read, size), hold), size)
    version = access.upload_for(session(), viewer(), version.public_id)
    actions.arrived(session(), version, written, datetime.now(UTC))
    return version


def _list(form: UploadForm, status: int = 200) -> ResponseReturnValue:
    archived, search = request.args.get("archived") == "1", request.args.get("q", "")[:200]
    number = request.args.get("page", 1, type=int)
    now, plain = datetime.now(UTC), not (search.strip() or archived)
    counts = lists.counts(session(), config(), now)
    found = lists.page_of(
        session(), search=search, number=number, archived=archived, total=counts.all if plain else None
    )
    made = queries.renditions_of(session(), [each.id for each in found.rows])
    listed = [rows.row(config(), each, made.get(each.id, ()), now) for each in found.rows]
    resumed = request.args.get("resume", "")
    text = render_template(
        "media/index.html",
        form=form,
        rows=listed,
        page=found,
        search=search,
        archived=archived,
        headline=rows.headline(counts),
        lead=rows.lead(counts),
        resumed=unfinished.at(session(), config(), resumed) if resumed else None,
        begun=unfinished.left(session(), config(), viewer(), now) if counts.paused and plain and not resumed else [],
        limit=config().max_upload_bytes,
        direct=storage.direct(config()) is not None,
        plain_limit=PLAIN_FORM_BYTES,
        now=now,
        live=any(r.live for r in listed),
    )
    return text, status
