"""The door for files: tus 1.0 for the page (with its session) and for machines (with a token).

The body streams outside of any transaction; the length of the file is the offset, so that a cut, a restart or a lost
answer costs nothing.
"""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, request, url_for
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from werkzeug.http import http_date

from app.config import Config
from app.errors import Conflict, Forbidden, NotFound, TooLarge
from app.i18n import lazy
from app.web.access import api_admin_only, viewer
from app.web.api import Problem, header, validate
from app.web.limits import takes
from app.web.session import session
from media import access, actions, pieces, tus, unfinished, uploads
from media.models import Piece, Version
from media.receiving_api import Gone, stream
from media.rules import UNFINISHED, State, upload_ends

Answers = dict[int, type[BaseModel] | None]

bp = Blueprint("uploads", __name__, url_prefix="/api/v1/uploads")
bp.before_request(api_admin_only)

_REFUSALS: Answers = dict.fromkeys((409, 412, 413, 415, 423, 460, 507), Problem)
_SPEAKS = header("Tus-Resumable", {"const": tus.VERSION})
_LENGTH = header("Upload-Length", {"type": "integer", "minimum": 0}, required=False)
_AT = header("Upload-Offset", {"type": "integer", "minimum": 0})
_METADATA = header("Upload-Metadata", {"type": "string"}, required=False)
_SUM = header("Upload-Checksum", {"type": "string"}, required=False)
_CREATES = (
    _SPEAKS,
    _LENGTH,
    header("Upload-Defer-Length", {"const": "1"}, required=False),
    header("Upload-Concat", {"type": "string"}, required=False),
    _METADATA,
    _SUM,
)


class UnfinishedOut(BaseModel):
    """An upload that can go on."""

    upload: str = Field(description="The last part of its address")
    recording: str
    title: str
    file_name: str
    size: int | None = Field(description="Null until a deferred length is told")
    offset: int
    direct: bool = Field(description="It goes to the media store itself: /api/v1/direct-uploads")
    print: str = Field(description="As it came in Upload-Metadata under the same name; empty where none came")
    expires: datetime


class UploadsOut(BaseModel):
    """Somebody's own unfinished uploads, newest first."""

    items: list[UnfinishedOut]


class UploadsAsked(BaseModel):
    """Which file."""

    size: int | None = Field(None, ge=0, le=10**18)
    print: str = Field("", max_length=200)


@bp.after_request
def _headers(response: Response) -> Response:
    """What tus wants to read on every answer."""
    response.headers["Tus-Resumable"] = tus.VERSION
    response.headers["Cache-Control"] = "no-store"
    if response.status_code in {200, 412} and (request.method == "OPTIONS" or response.status_code == 412):
        response.headers["Tus-Version"] = tus.VERSION
    if request.method == "OPTIONS" or response.status_code == 413:
        response.headers["Tus-Max-Size"] = str(_config().max_upload_bytes)
    if "upload_offset" in g:
        response.headers["Upload-Offset"] = str(g.upload_offset)
    return response


@bp.route("", methods=["OPTIONS"])
@bp.route("/<public_id>", methods=["OPTIONS"])
def options(public_id: str = "") -> Response:
    """What this server can do."""
    algorithms = ",".join(tus.ALGORITHMS)
    return Response(status=200, headers={"Tus-Extension": tus.EXTENSIONS, "Tus-Checksum-Algorithm": algorithms})


@bp.get("")
@validate({200: UploadsOut}, query=UploadsAsked, tags=("uploads",))
def mine(query: UploadsAsked) -> Any:
    """One's own unfinished uploads, so that a file is known again in another browser."""
    found = unfinished.of(session(), _config(), viewer(), size=query.size, print=query.print)
    items = [
        UnfinishedOut(
            upload=one.public_id,
            recording=one.recording,
            title=one.title,
            file_name=one.file_name,
            size=one.size,
            offset=one.here,
            direct=one.direct,
            print=one.print,
            expires=one.ends,
        )
        for one in found
    ]
    return UploadsOut(items=items)


@bp.post("")
@takes(None)
@validate({**_REFUSALS, 201: None}, tags=("uploads",), headers=_CREATES)
def create() -> Response:
    """Save the record of a file to come; its bytes may already follow in the same request."""
    tus.check_version(request.headers)
    asked = tus.creation(request.headers)
    with_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if with_body:
        tus.check_type(request.headers)
    check = tus.check(request.headers)
    asking, now = session(), datetime.now(UTC)
    version = _made(asking, asked, with_body, now)
    if with_body:
        stream(asking, version, 0, asked.size, check)
    elif asked.size == 0:
        actions.arrived(asking, version, 0, now)
    response = _answer(201, version)
    response.headers["Location"] = url_for("uploads.append", public_id=version.public_id, _external=True)
    return response


def _made(asking: Session, asked: tus.Creation, with_body: bool, now: datetime) -> Version | Piece:
    """The record of what a POST announces."""
    chosen = asked.named.get("recording")
    if asked.piece:
        return pieces.create(asking, viewer(), _config(), asked, now)
    recording = access.recording_for(asking, viewer(), chosen) if chosen else None
    if asked.pieces:
        if with_body:
            raise tus.Malformed
        return pieces.join(asking, viewer(), _config(), asked, recording, now)
    again = None if with_body else unfinished.announced(asking, _config(), viewer(), asked.size, asked.metadata)
    return again or actions.create(
        asking,
        viewer(),
        _config(),
        title=asked.named.get("title", ""),
        file_name=asked.named.get("filename", ""),
        size=asked.size,
        metadata=asked.metadata,
        recording=recording,
        now=now,
    )


@bp.route("/<public_id>", methods=["HEAD"])
def offset(public_id: str) -> Response:
    """How many bytes are here."""
    tus.check_version(request.headers)
    version = access.sent_to(session(), viewer(), public_id)
    g.upload_offset = _here(version)
    response = _answer(200, version)
    if told := _concat(version):
        response.headers["Upload-Concat"] = told
    if version.size is None:
        response.headers["Upload-Defer-Length"] = "1"
    else:
        response.headers["Upload-Length"] = str(version.size)
    if version.upload_metadata:
        response.headers["Upload-Metadata"] = version.upload_metadata
    return response


@bp.patch("/<public_id>")
@takes(None)
@validate({**_REFUSALS, 204: None, 410: Problem}, tags=("uploads",), headers=(_SPEAKS, _AT, _LENGTH, _METADATA, _SUM))
def append(public_id: str) -> Response:
    """Take the next bytes."""
    tus.check_version(request.headers)
    tus.check_type(request.headers)
    start = tus.offset(request.headers)
    named, check = tus.told_metadata(request.headers), tus.check(request.headers)
    asking = session()
    version = access.sent_to(asking, viewer(), public_id)
    size = tus.told_size(request.headers, version.size)
    if isinstance(version, Version) and pieces.of(asking, version.id):
        raise Forbidden(lazy("This file is made of its parts: nothing can be added to it."))
    if version.state is not State.UPLOADING:
        return _finished_already(version, start)
    if size is not None:
        actions.check_size(asking, _config(), version, size)
    actions.retitle(asking, version, named.get("title", ""))
    stream(asking, version, start, size, check)
    return _answer(204, version)


@bp.delete("/<public_id>")
@validate({204: None, 409: Problem, 412: Problem}, tags=("uploads",), headers=(_SPEAKS,))
def terminate(public_id: str) -> Response:
    """Forget an upload."""
    tus.check_version(request.headers)
    version = access.sent_to(session(), viewer(), public_id)
    if isinstance(version, Piece):
        pieces.forget(session(), _config(), version)
        return Response(status=204)
    if version.state is State.READY:
        raise Conflict(lazy("This file is already finished; there is nothing to cancel."))
    if version.state in UNFINISHED:
        actions.cancel(session(), _config(), version, viewer(), datetime.now(UTC))
    return Response(status=204)


def _concat(version: Version | Piece) -> str:
    """What the upload is a part of, or made of."""
    if isinstance(version, Piece):
        return "partial"
    made_of = pieces.of(session(), version.id)
    addresses = (url_for("uploads.append", public_id=piece.public_id, _external=True) for piece in made_of)
    return "final;" + " ".join(addresses) if made_of else ""


def _finished_already(version: Version | Piece, start: int) -> Response:
    if version.state is State.CANCELLED:
        raise Gone
    g.upload_offset = version.received
    if start != version.received:
        raise tus.WrongOffset(version.received)
    if request.content_length:
        raise TooLarge(lazy("More bytes than the file has were sent."))
    return _answer(204, version)


def _here(version: Version | Piece) -> int:
    if version.state is State.CANCELLED:
        raise NotFound
    found = uploads.offset(_config(), version.public_id) if version.state is State.UPLOADING else None
    return version.received if found is None else found


def _answer(status: int, version: Version | Piece) -> Response:
    response = Response(status=status)
    if version.state is State.UPLOADING:
        g.upload_offset = _here(version)
        response.headers["Upload-Expires"] = http_date(upload_ends(version.state_at))
    return response


def _config() -> Config:
    found: Config = current_app.config["HOUSE"]
    return found
