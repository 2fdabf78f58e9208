"""The worker's side of a replacement: fetch what was made of both files, draw sound and stills, look for one in the
other. The row is claimed by a lease and given back like a version (`media.jobs`)."""

import json
import secrets
import shutil
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session, selectinload

from app import jobs
from app.config import ROOT, Config
from app.db import db
from media.models import Rendition, Replacement, Version
from media.processes import Limits, Stopped, program, run
from media.replacing import BELL
from media.rules import LEASE_SECONDS, Stage
from media.storage import Storage, storage_for

TRIES = 3
BEAT_SECONDS = 2.0
_BLOCK = 1 << 20
_QUIET = ("-nostdin", "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:1", "-y")
_OPENED = ("-f", "mov", "-protocol_whitelist", "file")
_SOUND = ("-map", "0:a:0", "-vn", "-ac", "1", "-ar", "8000", "-f", "s16le")
_STILLS = ("-map", "0:v:0", "-an", "-vf", "fps=5,scale=32:18:flags=area,format=gray", "-f", "rawvideo")
_START = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('media.align', run_name='__main__')"
_MEMORY = 4 * 1024**3  # Of addresses, not of what is used.
_FREE: dict[str, Any] = {"token": None, "lease_until": None}

log = structlog.get_logger()


class Hold:
    """A worker's hold on one row: a sign of life every other second, and Stopped where the row went to others."""

    def __init__(self, row_id: int) -> None:
        self.row_id, self.token, self.part, self._last = row_id, secrets.token_hex(8), 0.0, time.monotonic()

    def heard(self, _line: str = "") -> None:
        """Renew the lease now and then."""
        if time.monotonic() - self._last >= BEAT_SECONDS:
            self._last = time.monotonic()
            self.write(progress=self.part)

    def write(self, **values: Any) -> None:
        """Change the row if it is still ours, and hold it longer unless it says otherwise."""
        with db.sessionmaker.begin() as session:
            values = {"lease_until": jobs.time_of(session) + timedelta(seconds=LEASE_SECONDS)} | values
            ours = update(Replacement).where(Replacement.id == self.row_id, Replacement.token == self.token)
            if not _rows(session, ours.values(**values)):
                raise Stopped


@jobs.handler(BELL)
def compare(row_id: int) -> None:
    """Look for the present file in the new one; safe to call for any row at any time."""
    config, hold = _config(), Hold(row_id)
    with db.sessionmaker.begin() as session:
        if not _claim(session, row_id, hold.token, jobs.time_of(session)):
            return
    work = config.data_dir / "work" / hold.token
    try:
        work.mkdir(parents=True)
        found = _compared(config, hold, work)
        hold.write(stage=Stage.FOUND, pieces=found["pieces"], sure=found["sure"], progress=1.0, **_FREE)
        log.info("files compared", row=row_id, pieces=len(found["pieces"]), sure=found["sure"])
    except Stopped:
        log.info("comparison left to others", row=row_id)
    except KeyboardInterrupt:
        hold.write(stage=Stage.WAITING, attempt=Replacement.attempt - 1, **_FREE)
        raise
    except Exception:
        log.exception("comparison interrupted", row=row_id)
        _failed(hold)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _compared(config: Config, hold: Hold, work: Path) -> dict[str, Any]:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        row = session.get_one(Replacement, hold.row_id)
        old, new = (_version(session, each) for each in (row.from_version_id, row.version_id))
    for name, version, done in (("old", old, 0.0), ("new", new, 0.4)):
        hold.part = done
        _draw(config, hold, work, name, version)
    hold.part = 0.8
    limits = Limits(seconds=3600, stall_seconds=3600, memory_bytes=_MEMORY)
    durations = [str(version.duration or 0.0) for version in (new, old)]
    run([sys.executable, "-c", _START, str(ROOT), *durations], work, limits, hold.heard)
    found: dict[str, Any] = json.loads((work / "found.json").read_text())
    return found


def _draw(config: Config, hold: Hold, work: Path, name: str, version: Version) -> None:
    """Its sound and its stills as plain numbers, of the smallest that was made of it."""
    storage = storage_for(config)
    pictures = sorted((made for made in version.renditions if made.kind == "video"), key=lambda made: made.bytes)
    sounds = [made for made in version.renditions if made.kind == "sound"]
    wanted = (("sound", sounds, _SOUND), ("stills", pictures, _STILLS))
    for what, among, options in wanted:
        if among:
            source = _fetch(storage, hold, among[0], work / f"{name}-{what}.mp4")
            argv = [program("ffmpeg", config.ffmpeg), *_QUIET, *_OPENED, "-i", f"file:{source}", *options]
            limits = Limits(seconds=7200, output_bytes=round((version.duration or 0) * 20_000) + 64 * 1024**2)
            run([*argv, f"file:{work / f'{name}-{what}.raw'}"], work, limits, hold.heard)
            source.unlink()


def _fetch(storage: Storage, hold: Hold, made: Rendition, target: Path) -> Path:
    with storage.open(made.key) as opened, target.open("wb") as written:
        while block := opened.read(_BLOCK):
            written.write(block)
            hold.heard()
    return target


def _version(session: Session, version_id: int) -> Version:
    asked = select(Version).where(Version.id == version_id).options(selectinload(Version.renditions))
    return session.scalars(asked).one()


def _claim(session: Session, row_id: int, token: str, now: datetime) -> bool:
    ours = update(Replacement).where(Replacement.id == row_id, _due(now), Replacement.attempt < TRIES)
    lease = now + timedelta(seconds=LEASE_SECONDS)
    values = {"token": token, "lease_until": lease, "next_try_at": None, "attempt": Replacement.attempt + 1}
    return _rows(session, ours.values(stage=Stage.COMPARING, progress=0.0, **values)) == 1


def _failed(hold: Hold) -> None:
    """Tried again a little later, a few times; then a person is asked for a list of the cuts."""
    try:
        with db.sessionmaker() as session:
            attempt = session.scalar(select(Replacement.attempt).where(Replacement.id == hold.row_id)) or 1
            later = jobs.time_of(session) + timedelta(seconds=15 * 4 ** (attempt - 1))
        again = {"stage": Stage.WAITING, "next_try_at": later} if attempt < TRIES else {"stage": Stage.FAILED}
        hold.write(**again, **_FREE)
    except Stopped:
        log.info("comparison left to others", row=hold.row_id)


@jobs.sweep
def ring_again(session: Session, now: datetime) -> None:
    """Ring for rows that nobody works on; one whose workers died time after time is given up."""
    dead = and_(_due(now), Replacement.attempt >= TRIES)
    _rows(session, update(Replacement).where(dead).values(stage=Stage.FAILED, **_FREE))
    if jobs.idle():
        for row_id in session.scalars(select(Replacement.id).where(_due(now)).order_by(Replacement.id)):
            jobs.ring(session, BELL, row_id, last=True)


def _due(now: datetime) -> Any:
    turn = or_(Replacement.next_try_at.is_(None), Replacement.next_try_at <= now)
    waiting = and_(Replacement.stage == Stage.WAITING, turn)
    abandoned = and_(Replacement.stage == Stage.COMPARING, Replacement.lease_until < now)
    return and_(Replacement.decided_at.is_(None), or_(waiting, abandoned))


def _rows(session: Session, statement: Any) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount


def _config() -> Config:
    found: Config = current_app.config["HOUSE"]
    return found
