"""What operators read: three statements, however many kinds, jobs and workers there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.db import Instant, fetch, within
from app.operations.kinds import KINDS, SINCE, Line, Standing
from app.operations.models import Worker

PAGE = 25
NOW = "now"
_LONG_AGO = literal(datetime(2000, 1, 1, tzinfo=UTC), Instant)
FAILURES = timedelta(days=7)


@dataclass(frozen=True)
class Page:
    """One page of jobs: what runs, what waits, what failed in the last days; and how many there are of each."""

    lines: Sequence[Line]
    counts: dict[Standing, int]
    number: int
    pages: int


def page_of(session: Session, now: datetime, number: int = 1, size: int = PAGE) -> Page:
    """The page of this number."""
    values = _values(now)
    counts = {Standing(standing): count for standing, count in fetch(session, _counts(), values)}
    number, pages = within(number, sum(counts.values()), size)
    values |= {"size": size, "offset": (number - 1) * size}
    lines = [Line(*row) for row in fetch(session, _page(), values)]
    return Page(lines, counts, number, pages)


def line(session: Session, now: datetime, kind: str, row_id: str) -> Line | None:
    """One job, if it still runs, waits or failed lately."""
    asked = _placed().subquery()
    found = select(asked).where(asked.c.kind == kind, asked.c.id == row_id)
    row = session.execute(found, _values(now)).first()
    return Line(*row) if row else None


def workers(session: Session) -> Sequence[Any]:
    """The workers that gave a sign, by their names."""
    return fetch(session, _WORKERS)


def _jobs() -> Any:
    return union_all(*(kind.rows() for kind in KINDS.values())).subquery()


@lru_cache(maxsize=1)
def _counts() -> Any:
    jobs = _jobs()
    return select(jobs.c.standing, func.count()).group_by(jobs.c.standing)


@lru_cache(maxsize=1)
def _page() -> Any:
    return _placed().limit(bindparam("size")).offset(bindparam("offset"))


def _placed() -> Any:
    """What runs longest first, what waits in its turn, what may not begin yet after that; the last failure first."""
    jobs = _jobs()
    then = jobs.c.next_try_at
    waits, delayed = jobs.c.standing == Standing.WAITING, func.coalesce(then, _LONG_AGO) > bindparam(NOW, type_=Instant)
    turn = case((waits & ~delayed, jobs.c.turn))
    failed_at = case((jobs.c.standing == Standing.FAILED, jobs.c.at))
    order = (case((turn.is_(None), 1), else_=0), turn, failed_at.desc(), case((delayed, then)), jobs.c.at, jobs.c.id)
    place = func.row_number().over(partition_by=jobs.c.standing, order_by=order)
    return select(jobs, case((turn.is_not(None), place)).label("place")).order_by(jobs.c.standing, *order)


def _values(now: datetime) -> dict[str, Any]:
    return {SINCE: now - FAILURES, NOW: now}


_WORKERS = select(
    Worker.name, Worker.since, Worker.seen_at, Worker.release, Worker.at_once, Worker.cores, Worker.load, Worker.free
).order_by(Worker.name)
