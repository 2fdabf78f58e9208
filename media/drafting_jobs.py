"""The worker's side of a draft: take the row by lease, fetch the sound, let the engine write, keep what it wrote."""

import secrets
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.db import db
from app.people.models import Person
from media import actions, captions
from media.drafting import BELL, MACHINE
from media.models import Rendition, SpeechDraft, Version
from media.processes import Stopped
from media.rules import LEASE_SECONDS
from media.speech import engine
from media.storage import storage_for

TRIES = 3
BEAT_SECONDS = 2.0

log = structlog.get_logger()


class Hold:
    """A worker's hold on one row: Stopped where it went to others or was cancelled."""

    def __init__(self, row_id: int) -> None:
        self.row_id, self.token, self.part, self._last = row_id, secrets.token_hex(8), 0.0, time.monotonic()

    def heard(self, part: float | None = None) -> None:
        """Renew the lease now and then."""
        self.part = self.part if part is None else part
        if time.monotonic() - self._last >= BEAT_SECONDS:
            self._last = time.monotonic()
            with db.sessionmaker.begin() as session:
                lease = jobs.time_of(session) + timedelta(seconds=LEASE_SECONDS)
                self.write(session, progress=self.part, lease_until=lease)

    def write(self, session: Session, **values: Any) -> None:
        """Change the row if it is still ours."""
        ours = update(SpeechDraft).where(SpeechDraft.id == self.row_id, SpeechDraft.token == self.token)
        if not _rows(session, ours.values(**values)):
            raise Stopped


@jobs.handler(BELL)
def draft(row_id: int) -> None:
    """Draft the subtitles of a row; safe to call for any row at any time."""
    config: Config = current_app.config["HOUSE"]
    hold = Hold(row_id)
    with db.sessionmaker.begin() as session:
        if not _claim(session, hold):
            return
    work = config.data_dir / "work" / hold.token
    try:
        work.mkdir(parents=True)
        _draft(config, hold, work)
        log.info("subtitles drafted", row=row_id)
    except Stopped:
        log.info("draft left to others", row=row_id)
    except KeyboardInterrupt:
        with db.sessionmaker.begin() as session:
            hold.write(session, stage="waiting", attempt=SpeechDraft.attempt - 1, token=None, lease_until=None)
        raise
    except Exception:
        log.exception("draft interrupted", row=row_id)
        _failed(hold)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _draft(config: Config, hold: Hold, work: Path) -> None:
    with db.sessionmaker.begin() as session:
        row = session.get_one(SpeechDraft, hold.row_id)
        sound = select(Rendition.key).where(Rendition.version_id == row.version_id).order_by(
            Rendition.kind != "sound", Rendition.bytes
        )  # fmt: skip
        key, language = session.scalars(sound).first(), row.language
    written = engine(config)
    if key is None or written is None:
        raise FileNotFoundError("no sound, or no engine")
    file = work / f"sound{Path(key).suffix}"
    with storage_for(config).open(key) as opened, file.open("wb") as copy:
        shutil.copyfileobj(opened, copy)
    cues = written.transcribe(file, language, hold.heard)
    with db.sessionmaker.begin() as session:
        now, row = jobs.time_of(session), session.get_one(SpeechDraft, hold.row_id)
        hold.write(session, stage="done", progress=1.0, ended_at=now, token=None, lease_until=None)
        version, by = session.get_one(Version, row.version_id), session.get_one(Person, row.created_by_id)
        label = MACHINE % captions.LANGUAGES[language]
        kept = actions.caption(session, version, by, language, label, captions.webvtt(cues), now)
        session.execute(update(SpeechDraft).where(SpeechDraft.id == hold.row_id).values(caption_id=kept.id))


def _claim(session: Session, hold: Hold) -> bool:
    now = jobs.time_of(session)
    ours = update(SpeechDraft).where(SpeechDraft.id == hold.row_id, _due(now))
    lease = {"token": hold.token, "lease_until": now + timedelta(seconds=LEASE_SECONDS), "next_try_at": None}
    return _rows(session, ours.values(stage="working", attempt=SpeechDraft.attempt + 1, progress=0.0, **lease)) == 1


def _failed(hold: Hold) -> None:
    """Tried again a little later, a few times."""
    try:
        with db.sessionmaker.begin() as session:
            now, row = jobs.time_of(session), session.get_one(SpeechDraft, hold.row_id)
            later = {"stage": "waiting", "next_try_at": now + timedelta(seconds=15 * 4**row.attempt)}
            end = {"stage": "failed", "ended_at": now}
            hold.write(session, **(later if row.attempt < TRIES else end), token=None, lease_until=None)
    except Stopped:
        log.info("draft left to others", row=hold.row_id)


@jobs.sweep
def ring_again(session: Session, now: Any) -> None:
    """Ring for rows that nobody works on; one whose workers died time after time is given up."""
    spent = update(SpeechDraft).where(_due(now), SpeechDraft.attempt >= TRIES, SpeechDraft.stage == "working")
    session.execute(spent.values(stage="failed", ended_at=now, token=None, lease_until=None))
    if jobs.idle():
        for row_id in session.scalars(select(SpeechDraft.id).where(_due(now)).order_by(SpeechDraft.id)):
            jobs.ring(session, BELL, row_id, last=True)


def _due(now: Any) -> Any:
    waiting = and_(
        SpeechDraft.stage == "waiting", or_(SpeechDraft.next_try_at.is_(None), SpeechDraft.next_try_at <= now)
    )
    return or_(waiting, and_(SpeechDraft.stage == "working", SpeechDraft.lease_until < now))


def _rows(session: Session, statement: Any) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount
