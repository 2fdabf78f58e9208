"""Signed, expiring addresses of media, and the bytes behind them. Who may have an address was decided before."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, request, send_file, url_for
from sqlalchemy import select

from app.config import Config
from app.errors import NotFound
from app.web.access import open_to_all
from app.web.attachments import disposition
from app.web.session import session
from media import tokens
from media.captions import cues_of
from media.file_types import BYTES, TYPES, type_of
from media.models import Caption, Version
from media.queries import Playable
from media.rules import State
from media.storage import LocalStorage, storage_for

bp = Blueprint("media", __name__, url_prefix="/media")
bp.before_request(open_to_all)  # The token in the address is the permission.

HOURS = 12  # For so long browsers keep bytes, which never change under their address; it ends sooner (media.tokens).
ATTACHMENT_SECONDS = 3600
STRETCH = 512 * 1024  # bytes; what a player gets that asks for all the rest, it then asks on
IN_MEMORY = 2 * 1024 * 1024  # bytes; a part up to here waits for a slow line in memory instead of holding a thread
PLAYERS = {"video", "audio"}
RESUMING = ("If-Range", "If-Match", "If-Unmodified-Since")
LISTS = {TYPES["m3u8"], TYPES["vtt"]}  # Texts: they travel compressed, and whole.
_FILE = re.compile(r"[a-z0-9-]+\.(m3u8|mp4|m4a|jpg|webp|vtt)")
_RANGE = re.compile(r"bytes=(\d{1,18}-\d{0,18}|-\d{1,18})")
_BROWSER = re.compile("Mozilla/|AppleCoreMedia/|stagefright/")  # Old ones, and plain lines, say nothing of the use.
_FROM = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")
_CAPTION = re.compile(r"captions-([A-Za-z0-9-]+)\.vtt")
_URI = re.compile(r'^([a-z0-9-]+\.mp4)$|(?<=URI=")([a-z0-9-]+\.mp4)(?=")', re.MULTILINE)


@dataclass(frozen=True)
class Links:
    """Where a player finds everything, for as long as it lasts and an hour more (`media.tokens`)."""

    playlist: str | None = None
    sound: str | None = None
    videos: list[dict[str, Any]] = field(default_factory=list)  # The one that plays without scripts first.
    captions: list[dict[str, Any]] = field(default_factory=list)
    poster: str | None = None
    thumbnails: str | None = None  # WebVTT: passages of small pictures, #xywh in one sheet beside it.
    slides: str | None = None  # WebVTT: passages of pictures beside it, over the sound (media.slides).
    sound_stream: str | None = None  # The sound in segments; recordings of long ago have none.
    growing: bool = False  # The other sizes are still being made.


def links(playable: Playable, *, now: datetime, keeper: bool = False) -> Links:
    """Addresses of one version; `keeper`: for somebody who looks after recordings."""
    if not playable.key:
        return Links()
    lasts = tokens.KEEPERS_HOURS * tokens.HOUR if keeper else playable.duration or 0.0
    token = tokens.signed(playable.key, playable.archived_at, now, lasts)
    videos = [_video(token, made) for made in playable.renditions if made["kind"] == "video"]
    whole = playable.state is State.READY
    files = {made["kind"]: _address(token, made["file"]) for made in playable.renditions}
    return Links(
        # Two names, for the first one grows no more: no browser may keep it for the whole.
        playlist=_address(token, "master.m3u8" if whole else "first.m3u8"),
        sound=files.get("sound"),
        videos=sorted(videos, key=lambda video: (not video["plain"], -(video["height"] or 0))),
        captions=[c | {"url": _address(token, f"captions-{c['language']}.vtt")} for c in playable.captions],
        poster=_address(token, "poster.jpg") if videos and whole else None,
        thumbnails=_address(token, "storyboard.vtt") if videos and whole else None,
        slides=files.get("slides"),
        sound_stream=_address(token, "sound.m3u8") if "sound" in files else None,
        growing=not whole,
    )


def stills(playable: Playable, *, now: datetime) -> list[tuple[float, str]]:
    """The slides of one version: from which second on which address. None where there are none."""
    made = next((made for made in playable.renditions if made["kind"] == "slides"), None)
    if made is None or not playable.key:
        return []
    try:
        text = storage_for(current_app.config["HOUSE"]).open(f"{playable.key}/{made['file']}").read().decode()
    except FileNotFoundError:
        return []
    token = tokens.signed(playable.key, playable.archived_at, now, playable.duration or 0.0)
    return [(cue.start, _address(token, cue.line)) for cue in cues_of(text)]


@bp.get("/<token>/<name>")
def deliver(token: str, name: str) -> Response:
    """The bytes, or the way to them."""
    opened = tokens.opened(token, datetime.now(UTC), sure=name.endswith(".m3u8"))
    if (caption := _CAPTION.fullmatch(name)) is not None:
        return _caption(opened.key, caption[1])
    if not _FILE.fullmatch(name):
        raise NotFound
    return _file(f"{opened.key}/{name}", type_of(name), opened.seconds)


def attachment(key: str, name: str) -> Response:
    """A stored file to save under its own name; the caller has decided who may have it. Another may replace it at the
    same address, so that browsers ask again."""
    config: Config = current_app.config["HOUSE"]
    storage = storage_for(config)
    if isinstance(storage, LocalStorage):
        response = _accelerated(config, key, BYTES) if config.accel_prefix else _local(storage, key, BYTES)
    else:
        response = make_response(redirect(storage.link(key, ATTACHMENT_SECONDS, disposition(name)) or "", 302))
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _file(key: str, content_type: str, seconds: int) -> Response:
    config: Config = current_app.config["HOUSE"]
    storage = storage_for(config)
    if isinstance(storage, LocalStorage):
        return _accelerated(config, key, content_type) if config.accel_prefix else _played(storage, key, content_type)
    if content_type not in LISTS:
        return make_response(redirect(storage.link(key, seconds) or "", 302))
    try:
        text = storage.open(key).read().decode()
    except FileNotFoundError:
        raise NotFound from None
    folder = key.rpartition("/")[0]
    response = make_response(_URI.sub(lambda m: storage.link(f"{folder}/{m[0]}", seconds) or "", text))
    response.content_type = content_type
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


def _played(storage: LocalStorage, key: str, content_type: str) -> Response:
    """A part for a player, maybe shorter than asked (RFC 9110, 15.3.7); what fits into memory goes from there."""
    asked = _FROM.fullmatch(request.headers.get("Range", ""))
    if asked and _is_all_the_rest(int(asked[1]), asked[2]):
        request.environ["HTTP_RANGE"] = f"bytes={asked[1]}-{int(asked[1]) + STRETCH - 1}"
    response = _local(storage, key, content_type)
    if request.method == "GET" and (response.content_length or 0) <= IN_MEMORY:
        response.direct_passthrough = False
        response.set_data(response.get_data())
    return response


def _is_all_the_rest(start: int, end: str) -> bool:
    """Of a film, for a player. A download that goes on must have it whole, for not every client asks twice: it says for
    what it is, or which file it had begun, or is no browser. A player may say that too, and then names the end, which
    it knows; the parts of a stream, which must come whole, are all shorter than what fits into memory."""
    use = request.headers.get("Sec-Fetch-Dest")
    if use not in PLAYERS if use else not _BROWSER.match(request.headers.get("User-Agent", "")):
        return False
    if end:
        return int(end) - start >= IN_MEMORY
    return use is not None or not any(map(request.headers.get, RESUMING))


def _local(storage: LocalStorage, key: str, content_type: str) -> Response:
    path = storage.path(key)
    if not path.is_file():
        raise NotFound
    if content_type in LISTS or not _RANGE.fullmatch(request.headers.get("Range", "bytes=0-")):
        request.environ.pop("HTTP_RANGE", None)  # Several ranges, or other units: the whole file is a right answer.
    plain = content_type.partition(";")[0]  # The charset of texts is written again otherwise.
    response = send_file(path, mimetype=plain, conditional=True, etag=key.replace("/", "-"))
    response.headers["Accept-Ranges"] = "none" if content_type in LISTS else "bytes"
    if content_type in LISTS:
        response.set_etag(key.replace("/", "-"), weak=True)  # the same, packed or not
    return _cached(response)


def _accelerated(config: Config, key: str, content_type: str) -> Response:
    response = Response(content_type=content_type)
    response.headers["X-Accel-Redirect"] = f"{config.accel_prefix.rstrip('/')}/{key}"
    return _cached(response)


def _caption(key: str, language: str) -> Response:
    asked = select(Caption.body).join(Version, Version.id == Caption.version_id)
    shown = asked.where(Caption.language == language, Caption.kind == "captions", Caption.put_away_at.is_(None))
    body = session().scalar(shown.where(Version.public_id == key.partition("/")[0]))
    if body is None:
        raise NotFound
    response = Response(body, content_type="text/vtt; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


def _cached(response: Response) -> Response:
    response.headers["Cache-Control"] = f"private, max-age={HOURS * 3600}, immutable"
    return response


def _video(token: str, made: dict[str, Any]) -> dict[str, Any]:
    plain = bool(made["download"])
    return {
        "name": made["name"],
        "height": made["height"],
        "bytes": made["download_bytes"] if plain else made["bytes"],
        "url": _address(token, made["download"] if plain else made["file"]),
        "plain": plain,
        "file": _address(token, made["file"]),
        "stream": _address(token, f"{made['file'].rpartition('.')[0]}.m3u8"),
    }


def _address(token: str, name: str) -> str:
    return url_for("media.deliver", token=token, name=name, _external=request.path.startswith("/api/"))
