"""The worker's side of a lease: take the row, work in a folder of its own while a thread gives signs of life, write
down how it ended."""

import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.db import db
from app.operations import rules
from app.operations.leases import Leases, Stopped

NO_ROOM = "no_room"

log = structlog.get_logger()


class NoRoom(Exception):
    """The disk is too full to begin."""


class Hold:
    """One worker's hold on one row: a thread renews the lease and tells the progress while the main one works."""

    def __init__(self, leases: Leases, row_id: int, token: str, since: datetime, left: str | None = None) -> None:
        self.app, self.config = current_app._get_current_object(), config()  # type: ignore[attr-defined]
        self.leases, self.row_id, self.token, self.since, self.left = leases, row_id, token, since, left
        self.folder = self.config.data_dir / "work" / token
        self.part, self.started, self._still = 0.0, time.monotonic(), False
        self.lost, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Hold":
        if self.left:  # Whoever held the row before has lost it, and with it the folder.
            shutil.rmtree(self.folder.with_name(self.left), ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def heard(self, part: float) -> None:
        """Take note of the part done, and stop if the row is no longer ours."""
        if not self.part:
            self.started = time.monotonic()  # The pace is that of the work, without what comes before it.
        self.part = part
        self.check()

    def check(self, _line: str = "") -> None:
        """Stop the work when the row went to somebody else or was cancelled."""
        if self.lost.is_set():
            raise Stopped

    @contextmanager
    def letting_pass(self, reason: str) -> Iterator[None]:
        """The row is held while others are worked on: it says why it stands still, and tells no time left."""
        since, self._still = time.monotonic(), True
        self.write(self.leases.renew, reason=reason, eta_s=None)
        try:
            yield
        finally:
            self._still = False
            self.started += time.monotonic() - since
        self.write(self.leases.renew, reason=None)

    def need_room(self, lacking: Callable[[Session], int]) -> None:
        """Ask before anything is written: bytes that the disk lacks mean NoRoom."""
        with db.sessionmaker() as session:
            session.connection(execution_options={"write": False})
            if bytes_ := lacking(session):
                log.warning("no room", job=self.leases.bell, row=self.row_id, lacking=bytes_)
                raise NoRoom

    def write(self, change: Callable[..., Any], *values: Any, **named: Any) -> None:
        """One change of the row, with the session, row and token before its values and the moment after them."""
        with db.sessionmaker.begin() as session:
            change(session, self.row_id, self.token, *values, now=jobs.time_of(session), **named)

    def _run(self) -> None:
        with self.app.app_context():
            while not self._end.wait(rules.BEAT_SECONDS):
                try:
                    left = None if self._still else rules.time_left(self.part, time.monotonic() - self.started)
                    self.write(self.leases.renew, progress=self.part, eta_s=left)
                except Stopped:
                    self.lost.set()
                    return
                except Exception:
                    # A database that is down for a moment: the lease outlives a few missed beats.
                    log.warning("beat missed", job=self.leases.bell, row=self.row_id, exc_info=True)


def work(
    leases: Leases,
    row_id: int,
    do: Callable[[Hold], None],
    why: Callable[[Exception], str],
    clear: Callable[[int, str], None] = lambda row_id, token: None,
) -> None:
    """Do what the row stands for, if it is due; safe to call for any row at any time. `why`: the reason of a failure;
    `clear`: delete what a run, by its token, has kept and is not counted."""
    hold = _taken(leases, row_id)
    if hold is None:
        return
    log.info("work taken", job=leases.bell, row=row_id)
    try:
        with hold:
            if hold.left:
                clear(row_id, hold.left)
            do(hold)
    except KeyboardInterrupt:
        hold.write(leases.hand_back)
        clear(row_id, hold.token)
        raise
    except Exception as error:
        try:
            _end(hold, error, why)
        except Stopped:
            log.info("work left to others", job=leases.bell, row=row_id)
        finally:
            clear(row_id, hold.token)


def config() -> Config:
    """The settings of the application that works."""
    found: Config = current_app.config["HOUSE"]
    return found


def _taken(leases: Leases, row_id: int) -> Hold | None:
    token, table = secrets.token_hex(8), leases.table
    with db.sessionmaker.begin() as session:
        before = session.execute(select(table.state_at, table.token).where(table.id == row_id)).first()
        if before and leases.claim(session, row_id, token, jobs.time_of(session), jobs.here()):
            return Hold(leases, row_id, token, before.state_at, before.token)
    return None


def _end(hold: Hold, error: Exception, why: Callable[[Exception], str]) -> None:
    if isinstance(error, Stopped):
        raise error
    if isinstance(error, NoRoom):
        hold.write(hold.leases.put_off, NO_ROOM, since=hold.since)
    else:
        hold.write(hold.leases.fail, why(error))
