"""The worker's side of a recording: probe, transcode, keep, tell."""

import os
import shutil
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.orm import Session

from app import jobs
from app.db import db
from app.operations.work import Hold, config, work
from media import leases, leftovers, originals, replacing, room, transcode, uploads
from media.file_types import BYTES, type_of
from media.leases import VERSIONS
from media.making import Job, Share
from media.models import Version
from media.probe import Source, probe
from media.processes import refusing, why
from media.rules import Reason, State, ladder, lasts, may_retry
from media.storage import Storage, storage_for

ORIGINAL = "original"
MOST_BETWEEN = 10


log = structlog.get_logger()


@jobs.handler(VERSIONS.bell)
def work_on(version_id: int) -> None:
    """Make a recording of an upload. All or nothing: what goes wrong, the row says, and nothing of it stays."""
    work(VERSIONS, version_id, _make, why, _clear)


def _make(hold: Hold, lets_pass: bool = True) -> None:
    storage, version = storage_for(hold.config), _version(hold)
    key = f"{version.public_id}/{hold.token}"  # Where all that is made now will lie in the store.
    if version.key and not version.shown_at:
        with refusing(Reason.STORAGE):
            storage.delete(version.key)
    hold.need_room(lambda session: room.lacking(session, hold.config, version))
    file, source = _prepare(hold)
    hold.need_room(lambda session: room.lacking(session, hold.config, _version(hold), _sizes(source)))
    job = Job(source, file, hold.folder, hold.config.ffmpeg, hold.heard, Share.of(hold.config))
    begun = transcode.first(job)
    _begin_key(hold, key)
    _keep(storage, key, [_twin(made, hold.folder / "kept") for made in begun.files], hold)
    hold.write(leases.publish, key, begun)
    if lets_pass and _shorter(source):
        with hold.letting_pass(Reason.LETS_PASS):
            _let_shorter_ones_pass(hold, source)
    result = transcode.rest(job, begun)
    _keep(storage, key, result.files, hold)
    _keep_original(storage, key, file, hold)
    with db.sessionmaker.begin() as session:
        now = jobs.time_of(session)
        leases.finish(session, hold.row_id, hold.token, key, result, now)
        replacing.propose(session, hold.row_id, now)
    uploads.discard(hold.config, version.public_id)
    log.info("version ready", version=version.public_id, seconds=round(result.duration, 1))


def _let_shorter_ones_pass(hold: Hold, source: Source) -> None:
    """This file can be played now. Before its other sizes are made, those that last less and that nobody can see yet
    have their turn: a few, for this one must be finished too, and these let nobody pass in their turn."""
    for _turn in range(MOST_BETWEEN):
        hold.check()
        shorter = _shorter(source)
        if not shorter:
            return
        work(VERSIONS, shorter[0], partial(_make, lets_pass=False), why, _clear)


def _shorter(source: Source) -> list[int]:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        waiting = VERSIONS.due(session, jobs.time_of(session))
    unseen = [row for row in waiting if row.shown_at is None]
    return [row.id for row in unseen if lasts(row.size, row.duration) < source.duration]


def _prepare(hold: Hold) -> tuple[Path, Source]:
    file, sha256 = originals.ready(hold.config, hold.row_id, hold.check)
    hold.write(VERSIONS.renew, sha256=sha256)
    source = probe(file, hold.folder, hold.config.ffmpeg)
    with db.sessionmaker.begin() as session:
        now = jobs.time_of(session)
        told = {"state": State.TRANSCODING, "state_at": now, "duration": source.duration}
        VERSIONS.renew(session, hold.row_id, hold.token, now, **told)
    return file, source


def _sizes(source: Source) -> list[Any]:
    picture = source.picture
    return ladder(picture.width, picture.height, picture.fps) if picture else []


def _version(hold: Hold) -> Version:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        return session.get_one(Version, hold.row_id)


def _begin_key(hold: Hold, key: str) -> None:
    """Write down where the files will lie before the first of them does, so that others can clear them. What learners
    already see stays noted until there is something to put in its place (`leases.publish`)."""
    with db.sessionmaker.begin() as session:
        if not leases.is_shown(session, hold.row_id):
            VERSIONS.renew(session, hold.row_id, hold.token, jobs.time_of(session), key=key)


def _twin(file: Path, folder: Path, name: str = "") -> Path:
    """The file under a second name that the store may move away."""
    folder.mkdir(exist_ok=True)
    twin = folder / (name or file.name)
    try:
        os.link(file, twin)
    except OSError:  # A file system without links.
        shutil.copyfile(file, twin)
    return twin


def _keep(storage: Storage, key: str, files: list[Path], hold: Hold) -> None:
    with refusing(Reason.STORAGE):
        for file in files:
            hold.check()
            storage.put(f"{key}/{file.name}", file, type_of(file.name))


def _keep_original(storage: Storage, key: str, file: Path, hold: Hold) -> None:
    with refusing(Reason.STORAGE):
        hold.check()
        there = originals.copied(hold.config, hold.row_id, f"{key}/{ORIGINAL}", BYTES)
    if not there:
        _keep(storage, key, [_twin(file, hold.folder, ORIGINAL)], hold)


def _clear(version_id: int, token: str) -> None:
    """What a run kept and is not counted; and the file that was sent, where it was a wrong one."""
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        version = session.get_one(Version, version_id)
    leftovers.clear(config(), version_id, f"{version.public_id}/{token}")
    if version.state is State.FAILED and not may_retry(version.state, version.reason):
        uploads.discard(config(), version.public_id)


@jobs.sweep
def ring_again(session: Session, now: datetime) -> None:
    """Ring for rows that nobody works on; one whose workers died time after time is given up."""
    VERSIONS.give_up(session, Reason.INTERRUPTED, now)
    VERSIONS.ring_again(session, now)
