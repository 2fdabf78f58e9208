"""Subtitles and chapters of a recording: send, put away, bring back, take along."""

from datetime import UTC, datetime

from flask import Response, flash
from flask.typing import ResponseReturnValue

from app.errors import Invalid, NotFound
from app.i18n import _, ngettext
from app.web.access import viewer
from app.web.attachments import disposition
from app.web.session import session
from media import access, actions, captions, publishing
from media.captions import LANGUAGES, Subtitles, writing
from media.chapter_forms import ChaptersForm
from media.forms import CaptionForm
from media.recording_page import back, page
from media.views import bp


@bp.post("/<public_id>/captions")
def add_captions(public_id: str) -> ResponseReturnValue:
    """Subtitles for the file in use, in one language."""
    recording = access.recording_alone(session(), viewer(), public_id)
    form = CaptionForm()
    if not form.validate_on_submit():
        return page(recording, caption_form=form, status=422)
    version = recording.described
    try:
        found = captions.read(form.captions.data.read(), version.duration)
    except Invalid as wrong:
        form.refuse(wrong.fields)
        return page(recording, caption_form=form, status=422)
    language, now = form.language.data, datetime.now(UTC)
    actions.caption(session(), version, viewer(), language, LANGUAGES[language], found.webvtt, now)
    _say(found)
    return back(public_id, "subtitles")


@bp.post("/<public_id>/chapters")
def set_chapters(public_id: str) -> ResponseReturnValue:
    """Chapters for the file in use, in one language: a list, or a file."""
    recording = access.recording_alone(session(), viewer(), public_id)
    version = recording.described
    form = ChaptersForm()
    if not form.validate_on_submit() or not form.read(version):
        return page(recording, chapters_form=form, status=422)
    language, now = form.language.data, datetime.now(UTC)
    actions.caption(
        session(), version, viewer(), language, LANGUAGES[language], captions.webvtt(form.found), now, kind="chapters"
    )
    flash(_("The chapters are saved."), "good")
    return back(public_id, "chapters")


@bp.post("/<public_id>/captions/<caption_id>/removal")
def remove_captions(public_id: str, caption_id: str) -> ResponseReturnValue:
    """Put subtitles or chapters away; the page goes on offering them."""
    version = access.recording_alone(session(), viewer(), public_id).described
    found, now = access.caption_of(version, caption_id), datetime.now(UTC)
    actions.put_caption_away(session(), version, found, viewer(), now)
    publishing.looked_at(session(), found, viewer(), now)
    if found.kind == "chapters":
        flash(_("The chapters are put away. They can be brought back at any time."), "neutral")
        return back(public_id, "chapters")
    flash(_("The subtitles are put away. They can be brought back at any time."), "neutral")
    return back(public_id, "subtitles")


@bp.post("/<public_id>/captions/<caption_id>/restoration")
def restore_captions(public_id: str, caption_id: str) -> ResponseReturnValue:
    """Show subtitles or chapters again that were put away."""
    version = access.recording_alone(session(), viewer(), public_id).described
    found = access.caption_of(version, caption_id)
    publishing.check_seen(session(), found)
    actions.put_caption_back(session(), version, found, viewer(), datetime.now(UTC))
    if found.kind == "chapters":
        flash(_("The chapters are shown again."), "good")
        return back(public_id, "chapters")
    flash(_("The subtitles are shown again."), "good")
    return back(public_id, "subtitles")


@bp.get("/<public_id>/captions/<caption_id>/subtitles.<form>")
def export_captions(public_id: str, caption_id: str, form: str) -> Response:
    """The same as a file: WebVTT, SubRip, or the text alone."""
    recording = access.recording_for(session(), viewer(), public_id)
    found = access.any_caption(recording, caption_id)
    if form not in writing.FORMS:
        raise NotFound
    kind = writing.FORMS[form]
    name = f"{recording.title or public_id} ({found.language}).{form}"
    response = Response(kind.write(captions.cues_of(found.body)), content_type=f"{kind.type}; charset=utf-8")
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _say(found: Subtitles) -> None:
    """What was read, so that wrong letters are seen at once, and what is worth a look."""
    count = ngettext("%(num)d subtitle is saved", "%(num)d subtitles are saved", len(found.cues))
    values = {"count": count, "encoding": found.encoding, "sample": found.sample}
    if found.proved:
        flash(_("%(count)s, read as %(encoding)s: “%(sample)s”.", **values), "good")
    else:
        flash(
            _(
                "%(count)s, read as %(encoding)s: “%(sample)s”. If letters are wrong, save the file as UTF-8 and send "
                "it again.",
                **values,
            ),
            "good",
        )
    for warning in found.warnings:
        flash(str(warning), "warn")
