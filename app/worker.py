"""The worker: `python -m app.worker` answers the bells that rooms ring, and sweeps for those nobody heard.

Each worker is a process; one more process sweeps. TERM lets running jobs end for a moment, then they hand their row
back and another worker goes on with it. A killed worker's row is found again when its lease has run out.
"""

import os
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from huey.consumer import Consumer, Scheduler

from app import jobs
from app.config import Config
from app.db import db
from app.factory import create_app
from media.processes import die_with_parent

SWEEP_SECONDS = 5
GRACE_SECONDS = 2
log = structlog.get_logger()


class Sweeper(Scheduler):
    """Huey's scheduler process, that sweeps instead of keeping a timetable."""

    periodic_task_seconds = SWEEP_SECONDS

    def initialize(self) -> None:
        """End with the consumer, also when it is killed."""
        die_with_parent()

    def enqueue_periodic_tasks(self, now: datetime) -> None:
        """Ring for what is due."""
        jobs.run_sweeps()


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
        jobs.run_sweeps()
        db.engine.dispose()  # The forked processes must not share this one's connections.
        log.info("worker started", workers=config.workers, pid=os.getpid())
        consumer(app, config).run()
        log.info("worker stopped", pid=os.getpid())


if __name__ == "__main__":
    main()
