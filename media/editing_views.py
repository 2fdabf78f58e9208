"""Edit subtitles beside the recording: a page of lines in one form; what is saved becomes a version of its own. What a
machine wrote is published from here, once somebody has read it."""

from datetime import UTC, datetime
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import NotFound
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from app.web.shared import CHANGED, Saved
from media import access, actions, captions, drafts, publishing, queries
from media.captions import Cue
from media.captions.editing import second, shifted
from media.delivery import links
from media.models import Caption, Recording, Version
from media.recording_page import back
from media.views import bp

FURTHEST = 12 * 3600.0


class Opened(NamedTuple):
    """Subtitles that somebody edits."""

    recording: Recording
    version: Version
    caption: Caption
    draft: bool  # A machine wrote them, and nobody has published them.

    @property
    def shown(self) -> bool:
        """Whether learners see them."""
        return self.caption.put_away_at is None

    @property
    def saved(self) -> list[Cue]:
        """As they are now."""
        return captions.cues_of(self.caption.body)


@bp.get("/<public_id>/captions/<caption_id>")
def edit_captions(public_id: str, caption_id: str) -> ResponseReturnValue:
    """The lines of what is shown now in this language, whichever version of it was asked for; or of a draft."""
    opened = _opened(access.recording_for(session(), viewer(), public_id), caption_id)
    return _lines(opened, drafts.opened(opened.saved, opened.shown, request.args.get("page", 1, type=int)))


@bp.post("/<public_id>/captions/<caption_id>")
def save_captions(public_id: str, caption_id: str) -> ResponseReturnValue:
    """Save the lines of a page, also publish a draft with them, or do what the button of a line says."""
    opened = _opened(access.recording_alone(session(), viewer(), public_id), caption_id)
    saved = opened.saved
    draft = drafts.sent(request.form, saved)
    what = request.form.get("do", "save")
    if what not in {"save", "publish"}:
        return _lines(opened, draft.does(what, request.form.get("caret", type=int)))
    draft = draft.checked()
    placed = draft.placed(saved, opened.shown)
    if placed is None:
        return _lines(opened, draft.beside(saved, opened.shown), told=_meanwhile(draft, saved), status=422)
    if draft.errors:
        return _lines(opened, draft, status=422)
    kept = _keep(opened, placed.within(saved))
    if opened.draft and what == "publish":
        publishing.publish(session(), opened.version, kept, viewer(), datetime.now(UTC))
        flash(_("Published: learners see these subtitles now."), "good")
        return back(public_id, "subtitles")
    if opened.draft:
        flash(_("The draft is saved. Learners do not see it until it is published."), "good")
    else:
        flash(_("The subtitles are saved. The page of the recording can bring their earlier version back."), "good")
    return _to(opened.recording, kept, draft.number)


@bp.post("/<public_id>/captions/<caption_id>/shift")
def shift_captions(public_id: str, caption_id: str) -> ResponseReturnValue:
    """All subtitles so many seconds later, or earlier."""
    opened = _opened(access.recording_alone(session(), viewer(), public_id), caption_id)
    saved = opened.saved
    typed = request.form.get("by", "").strip().replace("−", "-")
    by, wrong = second(typed.lstrip("+-")), ""
    by = -by if by is not None and typed.startswith("-") else by
    if by is None or not by or abs(by) > FURTHEST:
        wrong = _("Write by how many seconds, for example 1.5 or -2.")
    elif saved[0].start + by < 0:
        wrong = _("The first subtitle would begin before the recording does.")
    elif request.form.get("began") != drafts.begun(saved, opened.shown):
        wrong = str(CHANGED)
    if wrong or by is None:
        return _lines(opened, drafts.opened(saved, opened.shown, 1), shift=(typed, wrong), status=422)
    kept = _keep(opened, shifted(saved, by))
    if opened.draft:
        flash(_("All subtitles of the draft are shifted."), "good")
    else:
        flash(_("All subtitles are shifted. The page of the recording can bring their earlier version back."), "good")
    return _to(opened.recording, kept, 1)


def _opened(recording: Recording, caption_id: str) -> Opened:
    """A draft as it was asked for, else the subtitles that are shown now in its language. Where others have put them
    away meanwhile, those that were asked for, so that nothing is lost that somebody has typed."""
    asked = access.any_caption(recording, caption_id)
    if asked.kind != "captions":
        raise NotFound
    version = next(each for each in recording.versions if each.id == asked.version_id)
    draft = publishing.unpublished(session(), asked)
    current = next((each for each in version.shown("captions") if each.language == asked.language), asked)
    return Opened(recording, version, asked if draft else current, draft)


def _keep(opened: Opened, cues: list[Cue]) -> Caption:
    current, body, now = opened.caption, captions.webvtt(cues), datetime.now(UTC)
    if body == current.body and (opened.shown or opened.draft):
        return current
    if opened.draft:
        publishing.change(session(), current, body, now)
        return current
    label = captions.LANGUAGES.get(current.language, current.label)
    return actions.caption(session(), opened.version, viewer(), current.language, label, body, now)


def _meanwhile(draft: drafts.Draft, saved: list[Cue]) -> list[Saved]:
    """What others have saved for the seconds of this page."""
    here = [cue for cue in saved if draft.since <= cue.start < draft.until]
    text = "\n\n".join(f"{captions.clock(cue.start)} – {captions.clock(cue.end)}\n{cue.words}" for cue in here)
    return [Saved("lines", _("These subtitles"), text, True)]


def _lines(
    opened: Opened, draft: drafts.Draft, *, told: list[Saved] | None = None, shift: tuple[str, str] = ("", ""),
    status: int = 200,
) -> ResponseReturnValue:  # fmt: skip
    playable = queries.as_playable(opened.version)
    errors = [*([("", str(CHANGED))] if told else []), *draft.errors, *([("by", shift[1])] if shift[1] else [])]
    text = render_template(
        "media/edit_captions.html", opened=opened, recording=opened.recording, caption=opened.caption, draft=draft,
        told=told, shift=shift, whole=drafts.begun(opened.saved, opened.shown), errors=errors, playable=playable,
        links=links(playable, now=datetime.now(UTC), keeper=True),
        wrong=dict(errors[::-1]), total=opened.caption.body.count(" --> "),
    )  # fmt: skip
    return text, status


def _to(recording: Recording, kept: Caption, number: int) -> ResponseReturnValue:
    url = url_for("recordings.edit_captions", public_id=recording.public_id, caption_id=kept.public_id, page=number)
    return redirect(url, 303)
