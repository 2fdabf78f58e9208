"""What operators read: three statements, however many kinds, jobs and workers there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, case, func, select, union_all
from sqlalchemy.orm import Session

from app.db import fetch, within
from app.operations.kinds import KINDS, SINCE, Line, Standing
from app.operations.models import Worker

PAGE = 25
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
    values: dict[str, Any] = {SINCE: now - FAILURES}
    counts = {Standing(standing): count for standing, count in fetch(session, _counts(), values)}
    number, pages = within(number, sum(counts.values()), size)
    values |= {"size": size, "offset": (number - 1) * size}
    lines = [Line(*row) for row in fetch(session, _page(), values)]
    return Page(lines, counts, number, pages)


def line(session: Session, now: datetime, kind: str, row_id: str) -> Line | None:
    """One job, if it still runs, waits or failed lately."""
    asked = _jobs()
    found = select(asked).where(asked.c.kind == kind, asked.c.id == row_id)
    row = session.execute(found, {SINCE: now - FAILURES}).first()
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
    """What has waited longest first, but the last failure."""
    jobs = _jobs()
    oldest = case((jobs.c.standing == Standing.FAILED, None), else_=jobs.c.at)
    ordered = select(jobs).order_by(jobs.c.standing, oldest, jobs.c.at.desc(), jobs.c.id)
    return ordered.limit(bindparam("size")).offset(bindparam("offset"))


_WORKERS = select(
    Worker.name, Worker.since, Worker.seen_at, Worker.release, Worker.at_once, Worker.cores, Worker.load, Worker.free
).order_by(Worker.name)
