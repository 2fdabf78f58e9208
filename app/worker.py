"""The worker: `python -m app.worker` answers the bells that rooms ring, and sweeps for those nobody heard.

Each worker is a process; one more process sweeps. TERM lets running jobs end for a moment, then they hand their row
back and another worker goes on with it. A killed worker's row is found again when its lease has run out.
"""

import os
import shutil
import threading
import time
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from huey.consumer import Consumer, Scheduler
from sqlalchemy.exc import OperationalError

from app import jobs
from app.config import ROOT, Config
from app.db import db
from app.factory import create_app
from app.operations import actions
from app.operations.rules import SIGN_SECONDS
from media.processes import die_with_parent

SWEEP_SECONDS = 5
GRACE_SECONDS = 2
RETRY_SECONDS = 2
log = structlog.get_logger()


class Sweeper(Scheduler):
    """Huey's scheduler process, that sweeps instead of keeping a timetable."""

    periodic_task_seconds = SWEEP_SECONDS

    sign: "Sign"

    def initialize(self) -> None:
        """End with the consumer, also when it is killed; and give signs of life, however long a sweep may take."""
        die_with_parent()
        threading.Thread(target=self.sign.give, daemon=True).start()

    def enqueue_periodic_tasks(self, now: datetime) -> None:
        """Ring for what is due."""
        jobs.run_sweeps()


class Sign:
    """The sign of life of this worker, which the page of operations shows."""

    def __init__(self, app: Flask, config: Config) -> None:
        self.app, self.config, self.name = app, config, jobs.here()
        with app.app_context(), db.sessionmaker() as session:
            self.since = jobs.time_of(session)
        self.release = (ROOT / "migrations" / "HEAD").read_text().partition("_")[0].strip()

    def give(self) -> None:
        """Again and again; a database that is down for a moment is told at the next one."""
        with self.app.app_context():
            while True:
                try:
                    self.once()
                except Exception:
                    log.warning("sign of life missed", exc_info=True)
                threading.Event().wait(SIGN_SECONDS)

    def once(self) -> None:
        """Now."""
        free = shutil.disk_usage(self.config.data_dir).free
        told = actions.Sign(self.release, self.config.workers, os.cpu_count() or 1, os.getloadavg()[0], free)
        with db.sessionmaker.begin() as session:
            actions.sign(session, self.name, self.since, told, jobs.time_of(session))

    def end(self) -> None:
        """The worker ends in good order."""
        with self.app.app_context(), db.sessionmaker.begin() as session:
            actions.leave(session, self.name)


class Workers(Consumer):
    """Huey's consumer with our sweeper."""

    scheduler_class = Sweeper


def consumer(app: Flask, config: Config) -> Workers:
    """The consumer for this application."""
    huey = jobs.queue().huey

    huey.on_startup()(die_with_parent)
    return Workers(
        huey,
        workers=max(1, config.workers),
        worker_type="process",
        max_delay=1.0,
        graceful_signal="TERM",
        shutdown_timeout=GRACE_SECONDS,
        health_check_interval=5,
    )


def main(environ: Any = os.environ) -> None:
    """Work until stopped."""
    config = Config.from_env(environ)
    app = create_app(config)
    with app.app_context():
        _wait_for_the_database()
        jobs.run_sweeps()
        Sweeper.sign = Sign(app, config)
        db.engine.dispose()  # The forked processes must not share this one's connections.
        log.info("worker started", workers=config.workers, pid=os.getpid())
        consumer(app, config).run()
        Sweeper.sign.end()
        log.info("worker stopped", pid=os.getpid())


def _wait_for_the_database() -> None:
    """A machine may start the worker first, or both may have died."""
    while True:
        try:
            db.engine.connect().close()
            return
        except OperationalError:
            log.warning("database out of reach")
            time.sleep(RETRY_SECONDS)


if __name__ == "__main__":
    main()
