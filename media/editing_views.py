"""Edit subtitles beside the recording: a page of lines in one form; what is saved becomes a version of its own."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import NotFound
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from app.web.shared import CHANGED, Saved
from media import access, actions, captions, drafts, queries
from media.captions.editing import second, shifted
from media.delivery import links
from media.models import Caption, Recording, Version
from media.views import bp

FURTHEST = 12 * 3600.0


@bp.get("/<public_id>/captions/<caption_id>")
def edit_captions(public_id: str, caption_id: str) -> ResponseReturnValue:
    """The lines of what is shown now in this language, whichever version of it was asked for."""
    recording, _version, current = _found(public_id, caption_id)
    saved = captions.cues_of(current.body)
    return _lines(recording, current, drafts.opened(saved, request.args.get("page", 1, type=int)))


@bp.post("/<public_id>/captions/<caption_id>")
def save_captions(public_id: str, caption_id: str) -> ResponseReturnValue:
    """Save the lines of a page, or do what the button of a line says and show them again."""
    recording, version, current = _found(public_id, caption_id)
    saved = captions.cues_of(current.body)
    draft = drafts.sent(request.form, saved)
    what = request.form.get("do", "save")
    if what != "save":
        return _lines(recording, current, draft.does(what, request.form.get("caret", type=int)))
    draft = draft.checked()
    if draft.began != drafts.begun(saved):
        return _lines(recording, current, draft.beside(saved), told=_meanwhile(draft, saved), status=422)
    if draft.errors:
        return _lines(recording, current, draft, status=422)
    kept = _keep(version, current, draft.within(saved))
    flash(_("The subtitles are saved. The page of the recording can bring their earlier version back."), "good")
    return _to(recording, kept, draft.number)


@bp.post("/<public_id>/captions/<caption_id>/shift")
def shift_captions(public_id: str, caption_id: str) -> ResponseReturnValue:
    """All subtitles so many seconds later, or earlier."""
    recording, version, current = _found(public_id, caption_id)
    saved = captions.cues_of(current.body)
    typed = request.form.get("by", "").strip().replace("−", "-")
    by, wrong = second(typed.lstrip("+-")), ""
    by = -by if by is not None and typed.startswith("-") else by
    if by is None or not by or abs(by) > FURTHEST:
        wrong = _("Write by how many seconds, for example 1.5 or -2.")
    elif saved[0].start + by < 0:
        wrong = _("The first subtitle would begin before the recording does.")
    elif request.form.get("began") != drafts.begun(saved):
        wrong = str(CHANGED)
    if wrong or by is None:
        return _lines(recording, current, drafts.opened(saved, 1), shift=(typed, wrong), status=422)
    kept = _keep(version, current, shifted(saved, by))
    flash(_("All subtitles are shifted. The page of the recording can bring their earlier version back."), "good")
    return _to(recording, kept, 1)


def _found(public_id: str, caption_id: str) -> tuple[Recording, Version, Caption]:
    """The subtitles that are shown now in the language of those that were asked for."""
    recording = access.recording_for(session(), viewer(), public_id)
    asked = access.any_caption(recording, caption_id)
    version = next(each for each in recording.versions if each.id == asked.version_id)
    current = next((each for each in version.shown("captions") if each.language == asked.language), None)
    if asked.kind != "captions" or current is None:
        raise NotFound
    return recording, version, current


def _keep(version: Version, current: Caption, cues: list[captions.Cue]) -> Caption:
    now = datetime.now(UTC)
    body = captions.webvtt(cues)
    if body == current.body:
        return current
    label = captions.LANGUAGES.get(current.language, current.label)  # Whoever saves them has read them.
    return actions.caption(session(), version, viewer(), current.language, label, body, now)


def _meanwhile(draft: drafts.Draft, saved: list[captions.Cue]) -> list[Saved]:
    """What others have saved for the seconds of this page."""
    here = [cue for cue in saved if draft.since <= cue.start < draft.until]
    text = "\n\n".join(f"{captions.clock(cue.start)} – {captions.clock(cue.end)}\n{cue.words}" for cue in here)
    return [Saved("lines", _("These subtitles"), text, True)]


def _lines(
    recording: Recording, current: Caption, draft: drafts.Draft, *, told: list[Saved] | None = None,
    shift: tuple[str, str] = ("", ""), status: int = 200,
) -> ResponseReturnValue:  # fmt: skip
    version = next(each for each in recording.versions if each.id == current.version_id)
    playable = queries.as_playable(version)
    errors = [*([("", str(CHANGED))] if told else []), *draft.errors, *([("by", shift[1])] if shift[1] else [])]
    text = render_template(
        "media/edit_captions.html", recording=recording, caption=current, draft=draft, told=told, shift=shift,
        errors=errors, playable=playable, links=links(playable, now=datetime.now(UTC)),
        wrong=dict(errors[::-1]), total=current.body.count(" --> "),
    )  # fmt: skip
    return text, status


def _to(recording: Recording, kept: Caption, number: int) -> ResponseReturnValue:
    url = url_for("recordings.edit_captions", public_id=recording.public_id, caption_id=kept.public_id, page=number)
    return redirect(url, 303)
