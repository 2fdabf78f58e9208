"""The page of one recording, for all doors that show it or lead back to it."""

from flask import Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.config import Config
from app.web import clock
from app.web.session import session
from media import acts, checking, drafting, lists, queries, replacing, rows, sheet, storage, uses
from media.captions import LANGUAGES
from media.chapter_forms import ChaptersForm
from media.delivery import links
from media.forms import CaptionForm, TitleForm, VersionForm
from media.models import Recording
from media.reasons import STATES
from media.rules import size_name

PLAIN_FORM_BYTES = 300 * 1024 * 1024


def page(
    recording: Recording,
    *,
    title_form: TitleForm | None = None,
    version_form: VersionForm | None = None,
    caption_form: CaptionForm | None = None,
    chapters_form: ChaptersForm | None = None,
    chapters: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page, with the forms that came back with mistakes; `chapters`: the language of the list to begin with."""
    now = clock.now()
    newest = recording.newest
    shown = recording.earlier or newest
    playable = queries.as_playable(shown)
    addresses = links(playable, now=now, keeper=True)
    steps = uses.steps_of(session(), recording.id)
    text = render_template(
        "media/show.html",
        row=rows.row(config(), lists.listed(session(), recording), newest.renditions, now),
        recording=recording,
        newest=newest,
        described=recording.described,
        earlier=recording.earlier,
        waiting=replacing.of(session(), recording.id),
        playable=playable,
        size_name=size_name,
        links=addresses,
        sheet=sheet.of(config(), playable, addresses),
        form=title_form or version_form or caption_form or chapters_form,
        title_form=title_form or TitleForm(title=recording.title),
        version_form=version_form or VersionForm(),
        caption_form=caption_form or CaptionForm(),
        drafts=drafting.of(session(), config(), recording.described),
        spoken_in=LANGUAGES,
        chapters_form=chapters_form or ChaptersForm.begun(recording.described, chapters),
        state_words=STATES,
        to_check=checking.to_check(session(), recording.described),
        acts=acts.of(session(), recording),
        senders=acts.senders(session(), recording),
        uses=steps,
        steps_page=uses.page(),
        archiving=rows.archiving(len(steps)),
        limit=config().max_upload_bytes,
        direct=storage.direct(config()) is not None,
        plain_limit=PLAIN_FORM_BYTES,
    )
    return text, status


def back(public_id: str, part: str | None = None) -> Response:
    """To the page again, after something was done there."""
    found = redirect(url_for("recordings.show", public_id=public_id, _anchor=part), 303)
    assert isinstance(found, Response)
    return found


def config() -> Config:
    """The settings of this house."""
    found: Config = current_app.config["HOUSE"]
    return found
