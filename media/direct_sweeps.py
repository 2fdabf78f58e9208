"""What files that went to the media store themselves leave there: what no recording needs, and parts of files that
nobody goes on with."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.db import db
from media import direct
from media.models import Version
from media.rules import FAULT_OF_THE_SERVER, State
from media.storage import direct as store_for

HOUR = 3600

log = structlog.get_logger()


@jobs.sweep
def forget_sent(session: Session, now: datetime) -> None:
    """Delete what was sent for versions that are ready, cancelled or wrong; each on its own: a store takes its time."""
    ended = or_(
        Version.state.in_((State.READY, State.CANCELLED)),
        and_(Version.state == State.FAILED, Version.reason.not_in(FAULT_OF_THE_SERVER)),
    )
    for row in _read(select(Version.id, Version.public_id, Version.multipart).where(_DIRECT, ended)):
        try:
            direct.forget(_config(), row.public_id, row.multipart)
        except Exception:
            log.warning("left for the next sweep", version=row.public_id, exc_info=True)
        else:
            with db.sessionmaker.begin() as writing:
                writing.execute(update(Version).where(Version.id == row.id).values(multipart=None))


@jobs.sweep_every(HOUR)
def abort_strays(session: Session, now: datetime) -> None:
    """Abort what was begun for a version on record and is not what it goes on with: of another database, nothing."""
    store = store_for(_config())
    if store is None:
        return
    old = now - timedelta(seconds=HOUR)
    begun = [(key, upload) for key, upload, at in store.begun() if at < old and key.endswith(f"/{direct.SENT}")]
    ids = {key.partition("/")[0] for key, _ in begun}
    rows = _read(select(Version.public_id, Version.multipart).where(Version.public_id.in_(ids)))
    known = {row.public_id: row.multipart for row in rows}
    for key, upload in begun:
        public_id = key.partition("/")[0]
        if public_id in known and known[public_id] != upload:
            store.abort(key, upload)
            log.info("stray parts aborted", key=key)


_DIRECT = Version.multipart.is_not(None)


def _read(asked: Any) -> list[Any]:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        return list(session.execute(asked))


def _config() -> Config:
    found: Config = current_app.config["HOUSE"]
    return found
