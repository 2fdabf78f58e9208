"""Jobs: the row is the truth, the queue only rings. A room rings after commit and sweeps for bells nobody heard.

@jobs.handler("media.transcode")
def transcode(row_id: int) -> None: ...        # in an app context, opens its own transactions, idempotent

@jobs.sweep
def due(session, now): ...                     # rings again for rows that are due or whose lease ran out

jobs.ring(session, "media.transcode", row.id)  # in an action; delivered when that session commits
"""

import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from huey import Huey, PostgresHuey, PriorityRedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.config import Config
from app.db import Instant, db

Handler = Callable[[int], None]
Sweep = Callable[[Session, datetime], None]
HANDLERS: dict[str, Handler] = {}
SWEEPS: dict[Sweep, float] = {}  # With the seconds that must lie between two runs.

log = structlog.get_logger()
_BELLS = "bells"
_FIRST, _LAST = 1.0, -1e12  # Bells with a turn lie between, the earliest first.
_ran: dict[Sweep, float] = {}


class Queue:
    """One application's queue; it connects when the first bell rings."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._huey: Huey | None = None

    @property
    def huey(self) -> Huey:
        """The connected queue with its one task."""
        if self._huey is None:
            self._huey = connect(self.config)
            self._task = self._huey.task(name="work")(work)
        return self._huey

    def put(self, name: str, row_id: int, priority: float = _FIRST) -> None:
        """Deliver a bell; a queue that is down loses it, and the sweep makes up for that."""
        try:
            assert self.huey is not None
            self._task(name, row_id, priority=priority)
        except Exception:
            log.warning("bell not delivered", job=name, row=row_id, exc_info=True)


def init_app(app: Flask, config: Config) -> None:
    """Give the application its queue."""
    app.extensions["queue"] = Queue(config)


def handler(name: str) -> Callable[[Handler], Handler]:
    """Say which function answers the bell of this name."""

    def keep(function: Handler) -> Handler:
        HANDLERS[name] = function
        return function

    return keep


def sweep(function: Sweep) -> Sweep:
    """Run the function every few seconds in the worker, in a transaction of its own."""
    SWEEPS[function] = 0
    return function


def sweep_every(seconds: float) -> Callable[[Sweep], Sweep]:
    """Run the function when the worker starts, then this often: for what costs too much every few seconds."""

    def keep(function: Sweep) -> Sweep:
        SWEEPS[function] = seconds
        return function

    return keep


def ring(session: Session, name: str, row_id: int, *, turn: datetime | None = None, last: bool = False) -> None:
    """Ring once this session has committed; a rollback forgets it. `turn`: after the bells that have none, and after
    those with an earlier one; so what is long steps back, and yet is heard. `last`: after everything else."""
    priority = (_LAST if last else _FIRST if turn is None else 0.0) - (turn.timestamp() if turn else 0.0)
    session.info.setdefault(_BELLS, []).append((name, row_id, priority))


def work(name: str, row_id: int) -> None:
    """Answer one bell, in the application context of the worker."""
    HANDLERS[name](row_id)


def drain() -> int:
    """Answer all bells now in this process (tests, command line); how many there were."""
    huey, count = queue().huey, 0
    while (task := huey.dequeue()) is not None:
        work(*task.args)
        count += 1
    return count


def pending() -> int | None:
    """How many bells wait in the queue; None while it is out of reach."""
    try:
        return int(queue().huey.pending_count())
    except Exception:
        log.warning("queue out of reach", exc_info=True)
        return None


def idle() -> bool:
    """Whether every bell has been answered: a sweep need not ring what still waits in the queue."""
    return pending() == 0


@lru_cache(maxsize=1)
def here() -> str:
    """Which worker this is: its machine and process. Asked before it forks, those that it starts work in its name."""
    return f"{socket.gethostname()[:120]}:{os.getpid()}"


def time_of(session: Session) -> datetime:
    """The moment by the one clock that all workers share, the database's: a lease that one machine wrote is read by
    others, whose own clocks may be minutes off. SQLite's file lies on one machine, and so do all that open it."""
    if session.get_bind().dialect.name == "postgresql":
        return session.scalars(select(func.clock_timestamp(type_=Instant))).one()
    return datetime.now(UTC)


def run_sweeps(now: datetime | None = None) -> None:
    """Run every sweep whose time has come; one that fails does not keep the others from running."""
    for function, pause in SWEEPS.items():
        if pause and time.monotonic() - _ran.get(function, -pause) < pause:
            continue
        _ran[function] = time.monotonic()
        try:
            with db.sessionmaker.begin() as session:
                function(session, now or time_of(session))
        except Exception:
            log.exception("sweep failed", sweep=function.__name__)


def queue() -> Queue:
    """The queue of the current application."""
    found: Queue = current_app.extensions["queue"]
    return found


def connect(config: Config) -> Huey:
    """The store named by QUEUE_URL. Signed: what lies in it is unpickled by the worker."""
    common: dict[str, Any] = {"results": False, "serializer": SignedSerializer(config.secret_key, salt="jobs")}
    url = config.queue_url
    if url.startswith(("redis://", "rediss://")):
        return PriorityRedisHuey("jobs", url=url, **common)
    if url.startswith(("postgres://", "postgresql://")):
        return PostgresHuey("jobs", dsn=url, **common)
    config.data_dir.mkdir(parents=True, exist_ok=True)
    # Its own file: inside the application's it would wait for our own write transaction.
    return SqliteHuey("jobs", filename=str(Path(config.data_dir, "queue.sqlite")), **common)


@event.listens_for(Session, "after_commit")
def _deliver(session: Session) -> None:
    if session.in_nested_transaction():
        return  # A savepoint is no commit: nobody else can see the row yet.
    for bell in dict.fromkeys(session.info.pop(_BELLS, [])):
        queue().put(*bell)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_BELLS, None)
