"""Subtitles and chapters by machine: the file as it is, in the body."""

from datetime import UTC, datetime
from typing import Any, Literal

from flask import request
from pydantic import BaseModel, Field

from app.web.access import viewer
from app.web.api import Problem, validate
from app.web.session import session
from media import access, actions, captions, drafting, publishing
from media.api import bp
from media.captions import LANGUAGES, chapters
from media.models import Caption
from media.recording_page import config

Kind = Literal["captions", "chapters"]


class CaptionOut(BaseModel):
    """Subtitles or chapters of the file that steps show, in one language."""

    id: str
    kind: Kind
    language: str
    label: str
    at: datetime
    put_away: datetime | None = Field(description="When others took their place, or none did; they can come back")
    draft: bool = Field(description="Written by a machine, and not published yet; only its page publishes it")
    cues: int


class CaptionsOut(BaseModel):
    """Those that are shown, then those that were put away."""

    items: list[CaptionOut]


class CaptionBodyOut(CaptionOut):
    """The same with its file."""

    webvtt: str


class SavedOut(CaptionOut):
    """What was read of a file: of an encoding that is only likely, the sample shows whether the letters are right."""

    encoding: str
    proved: bool
    sample: str
    warnings: list[str]


class CaptionAsked(BaseModel):
    """What the file in the body is."""

    language: Literal["fr", "en", "pt", "ar"]
    kind: Kind = "captions"


@bp.get("/<public_id>/captions")
@validate({200: CaptionsOut}, tags=("recordings",))
def captions_of(public_id: str) -> Any:
    """All subtitles and chapters of the file that steps show."""
    version = access.recording_for(session(), viewer(), public_id).described
    drafts = drafting.of(session(), config(), version).unpublished
    order = sorted(
        version.captions, key=lambda each: (each.put_away_at is not None, each.kind, each.language, -each.id)
    )
    return CaptionsOut(items=[CaptionOut(**_told(each, each.id in drafts)) for each in order])


@bp.get("/<public_id>/captions/<caption_id>")
@validate({200: CaptionBodyOut}, tags=("recordings",))
def one_caption(public_id: str, caption_id: str) -> Any:
    """One of them with its WebVTT."""
    found = access.any_caption(access.recording_for(session(), viewer(), public_id), caption_id)
    return CaptionBodyOut(**_told(found, publishing.unpublished(session(), found)), webvtt=found.body)


@bp.post("/<public_id>/captions")
@validate({201: SavedOut, 422: Problem}, query=CaptionAsked, tags=("recordings",))
def write_captions(public_id: str, query: CaptionAsked) -> Any:
    """Save the WebVTT or SRT file in the body, in whatever encoding; what is shown in this language is put away."""
    raw = request.get_data(parse_form_data=False)
    version = access.recording_alone(session(), viewer(), public_id).described
    found = captions.read(raw, version.duration)
    cues = chapters.arranged(found.cues, version.duration) if query.kind == "chapters" else found.cues
    kept = actions.caption(
        session(), version, viewer(), query.language, LANGUAGES[query.language], captions.webvtt(cues),
        datetime.now(UTC), kind=query.kind,
    )  # fmt: skip
    said: dict[str, Any] = {"encoding": found.encoding, "proved": found.proved, "sample": found.sample}
    return SavedOut(**_told(kept), **said, warnings=[str(each) for each in found.warnings]), 201


def _told(caption: Caption, draft: bool = False) -> dict[str, Any]:
    return {
        "id": caption.public_id, "kind": caption.kind, "language": caption.language, "label": caption.label,
        "at": caption.at, "put_away": caption.put_away_at, "draft": draft, "cues": caption.body.count(" --> "),
    }  # fmt: skip
