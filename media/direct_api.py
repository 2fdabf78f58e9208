"""The door for files that go to the media store itself: a record first, then addresses for their parts."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app
from pydantic import BaseModel, Field

from app.config import Config
from app.errors import Conflict, NotFound
from app.web.access import api_admin_only, viewer
from app.web.api import Problem, validate
from app.web.session import commit_now, session
from media import access, actions, direct, storage, tus
from media.rules import State

bp = Blueprint("direct_uploads", __name__, url_prefix="/api/v1/direct-uploads")
bp.before_request(api_admin_only)


class FileIn(BaseModel):
    """A file to come."""

    size: int = Field(ge=1, le=10**18)
    title: str = Field("", max_length=2000)
    file_name: str = Field("", max_length=2000)
    print: str = Field("", max_length=200, description="Known again by it and its size: see GET /api/v1/uploads")
    checksum: str = Field("", max_length=200, description="SHA-256 of the file, compared with what arrived")
    recording: str = Field("", max_length=40, description="For one more file of this recording")


class BegunOut(BaseModel):
    """Its name."""

    upload: str


class PartOut(BaseModel):
    """A part that is missing: PUT these bytes to this address."""

    number: int
    start: int
    end: int
    url: str


class NextOut(BaseModel):
    """What comes next. `whole`: nothing, all has come."""

    received: int
    whole: bool
    parts: list[PartOut]


@bp.post("")
@validate({201: BegunOut, 413: Problem}, json=FileIn, tags=("uploads",))
def create(json: FileIn) -> Any:
    """Save the record of a file that will be sent to the media store."""
    if storage.direct(_config()) is None:
        raise NotFound
    chosen = access.recording_for(session(), viewer(), json.recording) if json.recording else None
    told = {"title": json.title, "filename": json.file_name, "print": json.print, "checksum": json.checksum}
    version = actions.create(
        session(), viewer(), _config(), title=json.title, file_name=json.file_name, size=json.size, here=json.size,
        metadata=tus.retold("", **{name: value for name, value in told.items() if value}), recording=chosen,
        direct=True, now=datetime.now(UTC),
    )  # fmt: skip
    return BegunOut(upload=version.public_id), 201


@bp.post("/<public_id>/next")
@validate({200: NextOut, 409: Problem, 503: Problem}, tags=("uploads",))
def advance(public_id: str) -> Any:
    """Say what has come, which parts come next, and complete the file when it is whole."""
    version = access.upload_for(session(), viewer(), public_id)
    known, size = version.multipart, version.size or 0
    if known is None:
        raise NotFound
    if version.state is State.CANCELLED:
        raise Conflict
    if version.state is not State.UPLOADING:
        return NextOut(received=version.received, whole=True, parts=[])
    commit_now()
    found = direct.look(_config(), public_id, size, known)
    version = access.upload_for(session(), viewer(), public_id)
    if version.state is State.UPLOADING:
        if version.multipart != known:
            raise Conflict  # Two began at once: whoever asks again gets the other's addresses.
        version.multipart = found.upload
        actions.arrived(session(), version, size if found.whole else min(found.received, size - 1), datetime.now(UTC))
    parts = [PartOut(number=each.number, start=each.start, end=each.end, url=each.url) for each in found.next]
    return NextOut(received=found.received, whole=found.whole, parts=parts)


def _config() -> Config:
    config: Config = current_app.config["HOUSE"]
    return config
