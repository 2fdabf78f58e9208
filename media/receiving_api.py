"""The body of a request on its way into the file of an upload."""

from contextlib import nullcontext
from datetime import UTC, datetime

from flask import current_app, g, request
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.errors import DomainError, TooLarge
from app.i18n import lazy
from app.web.access import viewer
from app.web.session import commit_now, session
from media import access, actions, holds, room, tus, uploads
from media.models import Piece, Version
from media.rules import State


class Gone(DomainError):
    """It was cancelled."""

    status = 410
    sentence = lazy("This upload was cancelled.")


def stream(asking: Session, version: Version | Piece, start: int, size: int | None, check: tus.Check | None) -> None:
    """Write the body to the file without a transaction; then say in one how far it has come. A `size` that is told
    only now is kept when the bytes fit into it: a wrong one must not hold the file up for ever."""
    config: Config = current_app.config["HOUSE"]
    now = jobs.time_of(asking)
    promises = actions.others_promises(asking, version)
    commit_now()
    mine = uploads.locked(config, version.public_id, now)
    try:
        with room.line(config, viewer().id, now) as line, mine as (opened, hold):
            here = g.upload_offset = opened.tell()
            if here != start:
                raise tus.WrongOffset(here)
            limit = (config.max_upload_bytes if size is None else size) - here
            if limit < 0 and size is not None:
                raise tus.Malformed(lazy("The file is longer already than the size that was told."))
            if (request.content_length or 0) > limit:
                raise TooLarge(lazy("More bytes than the file has were sent."))
            body = holds.beating(room.watched(config, _body(), request.content_length, promises), line, hold)
            with uploads.unsure(config, version.public_id, opened) if check else nullcontext():
                written = uploads.append(opened, check.watched(body) if check else body, limit)
    except FileNotFoundError:
        raise Gone from None
    finally:
        g.upload_offset = uploads.offset(config, version.public_id) or 0
    version = access.sent_to(session(), viewer(), version.public_id)
    if version.state is not State.UPLOADING:
        uploads.discard(config, version.public_id)
        raise Gone
    actions.arrived(session(), version, here + written, datetime.now(UTC), size)


def _body() -> uploads.Blocks:
    """The body as the server gives it: a cut one just ends, and its end must not become an error."""
    return uploads.blocks(request.environ["wsgi.input"].read, request.content_length)
