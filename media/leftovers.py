"""What broken, cancelled and killed work leaves behind: deleted at once where we can, else found again by a sweep."""

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.db import db
from media import direct, leases, pieces, rules, uploads
from media.actions import arrived
from media.models import Replacement, SpeechDraft, Version
from media.rules import UPLOAD_DAYS, Reason, State
from media.storage import storage_for

HOUR = 3600
STALE = timedelta(hours=1)
WATCHED = timedelta(days=UPLOAD_DAYS)  # A worker that lost its version can write no longer than this.
HELD: list[Any] = [Version.token, Replacement.token, SpeechDraft.token]  # The columns whose tokens name work folders.
_ENDED = (State.READY, State.FAILED, State.CANCELLED)

log = structlog.get_logger()


def clear(config: Config, version_id: int, key: str) -> None:
    """Delete what was kept under the key, but for what the version is made of; a store that is down waits."""
    storage = storage_for(config)
    try:
        with db.sessionmaker.begin() as session:
            counted = leases.counted(session, version_id, key)
        if counted is None:
            return
        for name in storage.below(key) if counted else ():
            if name not in counted:
                storage.delete(f"{key}/{name}")
        if counted:
            return
        storage.delete(key)
        with db.sessionmaker.begin() as session:
            leases.forget_key(session, version_id, key)
    except Exception:
        log.warning("left for the sweep", key=key, exc_info=True)


@jobs.sweep
def finish_uploads(session: Session, now: datetime) -> None:
    """Finish uploads whose last word was lost, end those nobody goes on with."""
    config = _config()
    for version in session.scalars(select(Version).where(Version.state == State.UPLOADING)):
        elsewhere, here = version.multipart is not None, uploads.offset(config, version.public_id)
        if here is not None and version.size is not None and here >= version.size:
            if not uploads.in_use(config, version.public_id, now):
                arrived(session, version, here, now)
        elif rules.upload_ends(version.state_at) < now and (
            elsewhere or not uploads.in_use(config, version.public_id, now)
        ):
            version.state, version.state_at, version.reason = State.CANCELLED, now, Reason.EXPIRED
            uploads.discard(config, version.public_id)


@jobs.sweep
def clear_pieces(session: Session, now: datetime) -> None:
    """Delete pieces of files that nobody goes on with, or that nobody needs any more."""
    pieces.clear(session, _config(), now)


@jobs.sweep
def clear_ended(session: Session, now: datetime) -> None:
    """Delete what lies under the keys of versions that failed or were cancelled while nobody could."""
    ended = select(Version.id, Version.key).where(
        Version.state.in_((State.FAILED, State.CANCELLED)), Version.key.is_not(None)
    )
    # Each in short transactions of its own: a store may take its time, and writers would wait.
    with db.sessionmaker() as reading:
        reading.connection(execution_options={"write": False})
        found = [(row.id, row.key) for row in reading.execute(ended)]
    for version_id, key in found:
        clear(_config(), version_id, str(key))


@jobs.sweep_every(HOUR)
def clear_strays(session: Session, now: datetime) -> None:
    """Delete work folders, uploads and keys that no row asks for any more.

    Only what belongs to a version that is on record: with the wrong database, nothing may go.
    """
    config = _config()
    _stray_folders(config, now)
    _stray_parts(config, now)
    _stray_keys(config, now)


def _stray_folders(config: Config, now: datetime) -> None:
    folders = [folder for folder in (config.data_dir / "work").glob("*") if _old(folder, now)]
    names = [folder.name for folder in folders]
    held = {token for column in HELD for (token,) in _read(select(column).where(column.in_(names)))}
    for folder in folders:
        if folder.name not in held:
            shutil.rmtree(folder, ignore_errors=True)


def _stray_parts(config: Config, now: datetime) -> None:
    """Of a version that will not be worked on again; and the empty beginning of one that never came on record."""
    parts = {file.stem: file for file in (config.data_dir / "uploads").glob("*.part")}
    asked = select(Version.public_id, Version.state, Version.reason).where(Version.public_id.in_(parts))
    known = {row.public_id: row for row in _read(asked)}
    for public_id, file in parts.items():
        row = known.get(public_id)
        if row is None:
            if _old(file, now) and not file.stat().st_size:
                file.unlink(missing_ok=True)
        elif row.state in _ENDED and not rules.may_retry(row.state, row.reason):
            uploads.discard(config, public_id)


def _stray_keys(config: Config, now: datetime) -> None:
    """Of a worker that went on although its version had been given to another, and was killed before it noticed."""
    storage = storage_for(config)
    ended = select(Version.id, Version.public_id).where(
        Version.state.in_(_ENDED), Version.state_at > now - WATCHED, Version.state_at < now - STALE
    )
    for version in _read(ended):
        # Listed before the row is asked: a worker writes its key down before it keeps the first file.
        names = storage.below(version.public_id)
        kept = next(iter(_read(select(Version.key, Version.multipart).where(Version.id == version.id))))
        for key in (f"{version.public_id}/{name}" for name in names):
            if key != kept.key and (kept.multipart is None or key != direct.key(version.public_id)):
                storage.delete(key)
                log.info("stray files deleted", key=key)


def _read(asked: Any) -> Iterable[Any]:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        return session.execute(asked).all()


def _old(path: Path, now: datetime) -> bool:
    try:
        return path.stat().st_mtime < (now - STALE).timestamp()
    except FileNotFoundError:
        return False


def _config() -> Config:
    found: Config = current_app.config["HOUSE"]
    return found
