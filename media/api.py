"""Recordings by machine."""

from datetime import UTC, datetime
from typing import Any, Literal

from flask import Blueprint
from pydantic import BaseModel, Field

from app.web.access import api_admin_only, viewer
from app.web.api import validate
from app.web.session import session
from media import access, acts, lists, queries
from media.delivery import links
from media.lists import Listed
from media.queries import Playable
from media.reasons import sentence
from media.rules import Act, State

bp = Blueprint("recordings_api", __name__, url_prefix="/api/v1/recordings")
bp.before_request(api_admin_only)


class RenditionOut(BaseModel):
    """One picture size with its sound, the sound alone, or the sound with slides. While the recording is transcoded,
    those that there are."""

    name: str
    kind: Literal["video", "sound", "slides"]
    width: int | None
    height: int | None
    bytes: int
    url: str


class RecordingOut(BaseModel):
    """The newest file of a recording. Addresses are signed and expire."""

    id: str
    upload: str = Field(description="The last part of the address to which the file is sent")
    title: str
    state: State
    reason: str | None = Field(description="Why it failed, in words")
    progress: float = Field(description="Part of the present state that is done, 0 to 1")
    eta: float | None = Field(description="Seconds left of the present state")
    duration: float | None
    sha256: str | None = Field(description="Of the file as it arrived, in hexadecimal digits; null before its check")
    renditions: list[RenditionOut]
    playlist: str | None
    sound: str | None
    poster: str | None
    thumbnails: str | None = Field(description="WebVTT: small pictures by time, each a part of one file beside it")
    waits: bool = Field(description="It waits for a yes: learners see the file before (…/replacement)")


class RecordingsOut(BaseModel):
    """One page of recordings, newest first."""

    items: list[RecordingOut]
    page: int
    pages: int
    total: int


class ActOut(BaseModel):
    """What was done with a recording."""

    act: Act
    file: int | None = Field(description="The number of the file it was done to")
    label: str | None = Field(description="Of the subtitles it was done to")
    at: datetime
    by: str | None = Field(
        description="Name of the person; none where nobody signed in did it or the account is erased"
    )


class ActsOut(BaseModel):
    """The last hundred acts, newest first."""

    items: list[ActOut]


class RecordingsAsked(BaseModel):
    """Which page."""

    page: int = Field(1, ge=1, le=100_000)
    search: str = Field("", max_length=200)
    archived: bool = False


@bp.get("")
@validate({200: RecordingsOut}, query=RecordingsAsked, tags=("recordings",))
def listing(query: RecordingsAsked) -> Any:
    """All recordings."""
    page = lists.page_of(session(), search=query.search, number=query.page, archived=query.archived)
    made, now = queries.of_versions(session(), page.rows), datetime.now(UTC)
    items = [shown(row, made[row.id], now) for row in page.rows]
    return RecordingsOut(items=items, page=page.number, pages=page.pages, total=page.total)


@bp.get("/<public_id>")
@validate({200: RecordingOut}, tags=("recordings",))
def one(public_id: str) -> Any:
    """One recording."""
    recording = access.recording_for(session(), viewer(), public_id)
    return shown(lists.listed(session(), recording), queries.as_playable(recording.newest), datetime.now(UTC))


@bp.get("/<public_id>/acts")
@validate({200: ActsOut}, tags=("recordings",))
def acts_of(public_id: str) -> Any:
    """What was done with a recording, when and by whom."""
    done = acts.of(session(), access.recording_for(session(), viewer(), public_id))
    items = [ActOut(act=one.act, file=one.file, label=one.label, at=one.at, by=one.by) for one in done]
    return ActsOut(items=items)


def shown(recording: Listed, made: Playable, now: datetime) -> RecordingOut:
    """What the API says about a recording and its newest file."""
    found = links(made, now=now, keeper=True)
    addresses = {video["name"]: video["file"] for video in found.videos} | {
        "sound": found.sound,
        "slides": found.slides,
    }
    return RecordingOut(
        id=recording.recording_public_id,
        upload=recording.public_id,
        title=recording.title,
        state=recording.state,
        reason=sentence(recording.reason) if recording.reason else None,
        progress=round(recording.progress, 4),
        eta=recording.eta_s,
        duration=recording.duration,
        sha256=recording.sha256,
        renditions=[
            RenditionOut(
                name=one["name"],
                kind=one["kind"],
                width=one["width"],
                height=one["height"],
                bytes=one["bytes"],
                url=addresses[one["name"]] or "",
            )
            for one in (made.renditions if made.key else ())
        ],
        playlist=found.playlist,
        sound=found.sound,
        poster=found.poster,
        thumbnails=found.thumbnails,
        waits=recording.kept and recording.state is State.READY,
    )
