"""Ask a machine for subtitles, and stop it. Without an engine no page leads here."""

from datetime import UTC, datetime

from flask import flash
from flask.typing import ResponseReturnValue

from app.errors import NotFound
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from media import access, drafting
from media.captions import LANGUAGES
from media.recording_page import back, config
from media.views import bp


@bp.post("/<public_id>/drafts/<language>")
def ask_draft(public_id: str, language: str) -> ResponseReturnValue:
    """Have subtitles drafted in this language."""
    version = access.recording_for(session(), viewer(), public_id).described
    if language not in LANGUAGES:
        raise NotFound
    drafting.ask(session(), config(), version, language, viewer(), datetime.now(UTC))
    flash(_("The subtitles are being drafted. They appear here when the machine has finished."), "good")
    return back(public_id, "subtitles")


@bp.post("/<public_id>/drafts/<language>/cancellation")
def cancel_draft(public_id: str, language: str) -> ResponseReturnValue:
    """Stop the machine."""
    version = access.recording_for(session(), viewer(), public_id).described
    drafting.cancel(session(), version, language, datetime.now(UTC))
    flash(_("The draft is cancelled."), "neutral")
    return back(public_id, "subtitles")
