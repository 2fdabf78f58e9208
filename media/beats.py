"""The sign of life of whoever works on a version."""

import threading
import time

import structlog
from flask import Flask

from app import jobs
from app.db import db
from media import leases
from media.processes import Stopped
from media.rules import time_left

BEAT_SECONDS = 2.0

log = structlog.get_logger()


class Beat:
    """A thread that renews the lease and tells the progress while the main one works."""

    def __init__(self, app: Flask, version_id: int, token: str) -> None:
        self.app, self.version_id, self.token = app, version_id, token
        self.part, self.started = 0.0, time.monotonic()
        self.lost, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Beat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        with self.app.app_context():
            while not self._end.wait(BEAT_SECONDS):
                try:
                    self._beat()
                except Stopped:
                    self.lost.set()
                    return
                except Exception:
                    # A database that is down for a moment: the lease outlives a few missed beats.
                    log.warning("beat missed", version=self.version_id, exc_info=True)

    def _beat(self) -> None:
        left = time_left(self.part, time.monotonic() - self.started)
        with db.sessionmaker.begin() as session:
            leases.note(session, self.version_id, self.token, jobs.time_of(session), progress=self.part, eta_s=left)

    def heard(self, part: float) -> None:
        """Take note of the part done, and stop if the row is no longer ours."""
        if not self.part:
            self.started = time.monotonic()  # The pace is that of the conversion, without the check before it.
        self.part = part
        self.check()

    def check(self) -> None:
        """Stop the work when the row went to somebody else or was cancelled."""
        if self.lost.is_set():
            raise Stopped
