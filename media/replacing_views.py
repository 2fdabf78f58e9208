"""The page on which an administrator says yes to another file of a recording, or no."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid, NotFound
from app.i18n import _
from app.web.access import admin_only, viewer
from app.web.session import session
from media import access, replacing
from media.delivery import links
from media.forms import CutsForm
from media.mark_form import MarkForm
from media.models import Recording
from media.queries import as_playable
from media.review import Review, review
from media.rules import Stage

bp = Blueprint("replacements", __name__, url_prefix="/recordings/<public_id>")
bp.before_request(admin_only)


@bp.get("/replacement")
def show(public_id: str) -> ResponseReturnValue:
    """The map and what it means; where nothing waits any more, the recording."""
    recording = access.recording_for(session(), viewer(), public_id)
    found = review(session(), recording)
    return _page(recording, found) if found else _back(public_id)


@bp.post("/replacement/comparison")
def compare(public_id: str) -> ResponseReturnValue:
    """Compare the files once more."""
    _, found = _waiting(public_id)
    replacing.compare(session(), found.row, datetime.now(UTC))
    return redirect(url_for("replacements.show", public_id=public_id), 303)


@bp.post("/replacement/comparison/end")
def stop(public_id: str) -> ResponseReturnValue:
    """Compare no longer."""
    _, found = _waiting(public_id)
    replacing.stop(session(), found.row, datetime.now(UTC))
    return redirect(url_for("replacements.show", public_id=public_id), 303)


@bp.post("/replacement/cuts")
def list_cuts(public_id: str) -> ResponseReturnValue:
    """Say what was changed, instead of the comparison."""
    recording, found = _waiting(public_id)
    form = CutsForm()
    valid = form.validate_on_submit()
    wrong = valid and replacing.list_cuts(
        session(),
        found.row,
        form.cuts.data or "",
        found.old.duration or 0.0,
        found.new.duration or 0.0,
        datetime.now(UTC),
    )
    if wrong:
        form.cuts.errors = wrong
    if not valid or wrong:
        return _page(recording, found, form, status=422)
    flash(_("The list is saved. Look at the map before you answer."), "good")
    return redirect(url_for("replacements.show", public_id=public_id), 303)


@bp.post("/replacement/marks")
def mark(public_id: str) -> ResponseReturnValue:
    """Ask a passage again that the comparison found to be the same, or the other way round."""
    recording, found = _waiting(public_id)
    form, same = MarkForm(), "same" in request.form
    if not form.validate_on_submit():
        return _page(recording, found, marks=form, status=422)
    try:
        changed = replacing.mark(
            session(), found.row, form.passage, found.lengths, viewer(), datetime.now(UTC), same=same
        )
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return _page(recording, found, marks=form, status=422)
    if changed:
        flash(
            _("The passage counts as seen where it was seen. Look at what it means for learners before you answer.")
            if same
            else _("The passage is asked again. Look at what it means for learners before you answer."), "good"
        )  # fmt: skip
    else:
        flash(_("The map says so already, or nothing that lasts as long stands opposite in the present file."), "warn")
    return redirect(url_for("replacements.show", public_id=public_id), 303)


@bp.post("/replacement/acceptance")
def accept(public_id: str) -> ResponseReturnValue:
    """Use the new file."""
    recording = access.recording_for(session(), viewer(), public_id)
    answer = access.replacement_of(session(), recording, request.form.get("answer", ""))
    seen = request.form.get("map", "")
    if replacing.accept(session(), recording, answer, seen, viewer(), datetime.now(UTC)):
        flash(_("The new file is in use. The one before can come back from the list of files."), "good")
    else:
        flash(_("The new file is in use already."), "neutral")
    return _back(public_id)


@bp.post("/replacement/rejection")
def keep(public_id: str) -> ResponseReturnValue:
    """Keep the present file."""
    recording = access.recording_for(session(), viewer(), public_id)
    answer = access.replacement_of(session(), recording, request.form.get("answer", ""))
    replacing.keep(session(), recording, answer, viewer(), datetime.now(UTC))
    flash(
        _("The present file stays. The other one stands in the list of files, where it can be looked at again."), "good"
    )
    return _back(public_id)


@bp.post("/versions/<version_id>/restoration")
def bring_back(public_id: str, version_id: str) -> ResponseReturnValue:
    """Use a file again that was in use before."""
    recording = access.recording_for(session(), viewer(), public_id)
    version = access.version_of(recording, version_id)
    replacing.bring_back(session(), recording, version, viewer(), datetime.now(UTC))
    flash(_("File %(number)d is in use again. What was seen of the others counts where it holds the same.",
            number=version.number), "good")  # fmt: skip
    return _back(public_id)


@bp.post("/versions/<version_id>/comparison")
def look_again(public_id: str, version_id: str) -> ResponseReturnValue:
    """Compare a file with the one in use that was kept out before."""
    recording = access.recording_for(session(), viewer(), public_id)
    replacing.look_again(session(), recording, access.version_of(recording, version_id), datetime.now(UTC))
    return redirect(url_for("replacements.show", public_id=public_id), 303)


def _waiting(public_id: str) -> tuple[Recording, Review]:
    recording = access.recording_for(session(), viewer(), public_id)
    found = review(session(), recording)
    if found is None:
        raise NotFound
    return recording, found


def _page(
    recording: Recording, found: Review, form: CutsForm | None = None, *, marks: MarkForm | None = None,
    status: int = 200,
) -> tuple[str, int]:  # fmt: skip
    now = datetime.now(UTC)
    text = render_template(
        "media/replacement.html",
        recording=recording,
        found=found,
        old_links=links(as_playable(found.old), now=now, keeper=True),
        new_links=links(as_playable(found.new), now=now, keeper=True),
        form=form or CutsForm(cuts=found.row.cuts),
        marks=marks or MarkForm(formdata=None),
        refused=form or marks,
        failed=found.row.stage is Stage.FAILED,
        stopped=found.row.stage is Stage.STOPPED,
        listed=found.row.stage is Stage.LISTED,
    )
    return text, status


def _back(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("recordings.show", public_id=public_id), 303)
