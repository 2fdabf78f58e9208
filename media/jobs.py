"""The worker's side: take a version by lease, probe, transcode, keep, tell; and ring for what nobody works on."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.db import db
from media import leases, leftovers, originals, replacing, room, transcode, uploads
from media.actions import BELL
from media.beats import Beat
from media.making import Job, Share
from media.models import Version
from media.probe import Source, probe
from media.processes import Refused, Stopped
from media.rules import FAULT_OF_THE_SERVER, Reason, State, ladder
from media.storage import Storage, storage_for

ORIGINAL = "original"
MOST_BETWEEN = 10
TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".mp4": "video/mp4", ".m4a": "audio/mp4", ".jpg": "image/jpeg"}
TYPES |= {".vtt": "text/vtt; charset=utf-8", ".webp": "image/webp"}
_FULL = {errno.ENOSPC, errno.EDQUOT}

_RUNG: set[tuple[int, str]] = set()

log = structlog.get_logger()


class NoRoom(Exception):
    """The disk is too full to begin."""


@dataclass(frozen=True)
class Run:
    """One worker's hold on one version."""

    config: Config
    version_id: int
    public_id: str
    token: str

    @property
    def key(self) -> str:
        """Where all that this run makes will lie in the store."""
        return f"{self.public_id}/{self.token}"

    @property
    def work(self) -> Path:
        """Its folder."""
        return self.config.data_dir / "work" / self.token


@jobs.handler(BELL)
def work_on(version_id: int) -> None:
    """Make a recording of an upload; safe to call for any row at any time."""
    token = secrets.token_hex(8)
    with db.sessionmaker.begin() as session:
        if _lacks_room(session, version_id):
            return
        if not leases.claim(session, version_id, token, jobs.time_of(session), jobs.here()):
            return
        version = session.get_one(Version, version_id, populate_existing=True)
        run = Run(current_app.config["HOUSE"], version_id, version.public_id, token)
        left = None if version.shown_at else version.key
    log.info("version claimed", version=run.public_id)
    try:
        _try(run, left)
    except KeyboardInterrupt:
        with db.sessionmaker.begin() as session:
            leases.hand_back(session, version_id, token, jobs.time_of(session))
        leftovers.clear(run.config, version_id, run.key)
        raise


def _try(run: Run, left: str | None) -> None:
    """All or nothing: whatever goes wrong, the row says why and nothing of it stays."""
    try:
        with _full_disk_in_words(Reason.INTERRUPTED), _folder(run.work):
            _make(run, left)
    except Stopped:
        log.info("version left to others", version=run.public_id)
        leftovers.clear(run.config, run.version_id, run.key)
    except NoRoom:
        with db.sessionmaker.begin() as session:
            leases.wait_for_room(session, run.version_id, jobs.time_of(session), run.token)
    except Refused as refused:
        log.info("version refused", version=run.public_id, reason=refused.reason, detail=refused.detail[-300:])
        _refuse(run, refused.reason)
    except Exception:
        log.exception("version interrupted", version=run.public_id)
        _refuse(run, Reason.INTERRUPTED)


def _make(run: Run, left: str | None) -> None:
    storage, app = storage_for(run.config), current_app._get_current_object()  # type: ignore[attr-defined]
    with Beat(app, run.version_id, run.token) as beat:
        if left:
            with _full_disk_in_words(Reason.STORAGE):
                storage.delete(left)
        file, source = _prepare(run, beat)
        _ask_for_room(run, source)
        job = Job(source, file, run.work, run.config.ffmpeg, beat.heard, Share.of(run.config))
        begun = transcode.first(job)
        _begin_key(run)
        _keep(storage, run, [_twin(made, run.work / "kept") for made in begun.files], beat)
        with db.sessionmaker.begin() as session:
            leases.publish(session, run.version_id, run.token, run.key, begun, jobs.time_of(session))
        _let_shorter_ones_begin(source)
        result = transcode.rest(job, begun)
        _keep(storage, run, [*result.files, _twin(file, run.work, ORIGINAL)], beat)
    with db.sessionmaker.begin() as session:
        now = jobs.time_of(session)
        leases.finish(session, run.version_id, run.token, run.key, result, now)
        replacing.propose(session, run.version_id, now)
    uploads.discard(run.config, run.public_id)
    log.info("version ready", version=run.public_id, seconds=round(result.duration, 1))


def _let_shorter_ones_begin(source: Source) -> None:
    """This file can be played now. Before its other sizes are made, those that last less and that nobody can see yet
    have their turn: a few, for this one must be finished too."""
    for _turn in range(MOST_BETWEEN):
        with db.sessionmaker() as session:
            session.connection(execution_options={"write": False})
            waiting = leases.due(session, jobs.time_of(session))
        shorter = [row.id for row in waiting if not row.seen and row.lasts < source.duration]
        if not shorter:
            return
        work_on(shorter[0])


def _prepare(run: Run, beat: Beat) -> tuple[Path, Source]:
    file, sha256 = originals.ready(run.config, run.version_id, beat.check)
    _note(run, sha256=sha256)
    source = probe(file, run.work, run.config.ffmpeg)
    with db.sessionmaker.begin() as session:
        now = jobs.time_of(session)
        told = {"state": State.TRANSCODING, "state_at": now, "duration": source.duration}
        leases.note(session, run.version_id, run.token, now, **told)
    return file, source


def _lacks_room(session: Session, version_id: int) -> bool:
    """Before it begins, by what is known; it waits then and says so."""
    version = session.get(Version, version_id)
    lacking = room.lacking(session, current_app.config["HOUSE"], version) if version else 0
    if lacking:
        log.warning("no room for a conversion", version=version_id, lacking=lacking)
        leases.wait_for_room(session, version_id, jobs.time_of(session))
    return bool(lacking)


def _ask_for_room(run: Run, source: Source) -> None:
    """Once its length and its sizes are known, before anything is written."""
    picture = source.picture
    rungs = ladder(picture.width, picture.height, picture.fps) if picture else []
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        lacking = room.lacking(session, run.config, session.get_one(Version, run.version_id), rungs)
    if lacking:
        log.warning("no room for a conversion", version=run.public_id, lacking=lacking)
        raise NoRoom


def _note(run: Run, **values: Any) -> None:
    with db.sessionmaker.begin() as session:
        leases.note(session, run.version_id, run.token, jobs.time_of(session), **values)


def _begin_key(run: Run) -> None:
    """Write down where the files will lie before the first of them does, so that others can clear them. What learners
    already see stays noted until there is something to put in its place (`leases.publish`)."""
    with db.sessionmaker.begin() as session:
        if not leases.is_shown(session, run.version_id):
            leases.note(session, run.version_id, run.token, jobs.time_of(session), key=run.key)


def _twin(file: Path, folder: Path, name: str = "") -> Path:
    """The file under a second name that the store may move away."""
    folder.mkdir(exist_ok=True)
    twin = folder / (name or file.name)
    try:
        os.link(file, twin)
    except OSError:  # A file system without links.
        shutil.copyfile(file, twin)
    return twin


def _keep(storage: Storage, run: Run, files: list[Path], beat: Beat) -> None:
    with _full_disk_in_words(Reason.STORAGE):
        for file in files:
            beat.check()
            storage.put(f"{run.key}/{file.name}", file, TYPES.get(file.suffix, "application/octet-stream"))


def _refuse(run: Run, reason: Reason) -> None:
    try:
        with db.sessionmaker.begin() as session:
            leases.fail(session, run.version_id, run.token, reason, jobs.time_of(session))
        if reason not in FAULT_OF_THE_SERVER:
            uploads.discard(run.config, run.public_id)
    except Stopped:
        log.info("version left to others", version=run.public_id)
    finally:
        leftovers.clear(run.config, run.version_id, run.key)


@contextmanager
def _full_disk_in_words(otherwise: Reason) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(Reason.DISK_FULL if error.errno in _FULL else otherwise, str(error)) from error


@contextmanager
def _folder(work: Path) -> Iterator[None]:
    try:
        work.mkdir(parents=True)
        yield
    finally:
        shutil.rmtree(work, ignore_errors=True)


@jobs.sweep
def ring_again(session: Session, now: datetime) -> None:
    """Ring for rows that nobody works on. While bells wait, only for those whose time came or whose worker died, once:
    they must not wait until the queue is empty. When it is, for all: a bell was lost."""
    leases.give_up(session, now)
    idle = jobs.idle()
    for row in leases.due(session, now):
        missed = (row.id, row.missed)
        if idle or (row.missed and missed not in _RUNG):
            _RUNG.add(missed)
            jobs.ring(session, BELL, row.id, turn=row.turn)
