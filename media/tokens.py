"""The keys in the addresses of media: what one opens, until when, and how its recording stood when it was made.

They are the same for all who may see a recording, so that nothing of it need be looked up for each part. Whoever plays
longer than one lasts asks the page again, which asks again who may. While a recording is archived, those of before are
worthless; those made meanwhile are so when it comes back.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from app.errors import NotFound
from app.web.session import session
from media.models import Recording, Version

HOUR = 3600
KEEPERS_HOURS = 4  # For those who look after recordings: an editor stays open for long.
SURE_SECONDS = 5  # For so long a process believes what it has read: the parts of a stream follow each other fast.
_MOST_KNOWN = 1000
_KNOWN: dict[str, tuple[float, list[int]]] = {}


@dataclass(frozen=True)
class Opened:
    """The folder of a version's files, and for how many seconds more."""

    key: str
    seconds: int


def signed(key: str, archived_at: datetime | None, now: datetime, lasts: float = 0.0) -> str:
    """For what lasts so many seconds and an hour more. It ends on the hour, so that who comes back finds the same
    address, and the bytes in their own cache."""
    until = int((now.timestamp() + lasts) // HOUR + 2) * HOUR
    return str(_signer().dumps([key, until, *_stamp(archived_at)]))


def opened(token: str, now: datetime, sure: bool) -> Opened:
    """What it opens, or NotFound. `sure`: nothing that was read a moment ago is believed."""
    try:
        key, until, *stamp = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        raise NotFound from None
    if until < now.timestamp() or stamp != _standing(key.partition("/")[0], now.timestamp(), sure):
        raise NotFound
    return Opened(key, max(60, int(until - now.timestamp())))  # A store signs for no shorter time than a request takes.


def _standing(public_id: str, at: float, sure: bool) -> list[int]:
    read, stamp = _KNOWN.get(public_id, (0.0, []))
    if sure or not 0 <= at - read < SURE_SECONDS:
        asked = select(Recording.archived_at).join(Version, Version.recording_id == Recording.id)
        stamp = _stamp(session().scalar(asked.where(Version.public_id == public_id)))
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[public_id] = (at, stamp)
    return stamp


def _stamp(archived_at: datetime | None) -> list[int]:
    return [int(archived_at.timestamp() * 1000)] if archived_at else []


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="media")
