"""Where a recording loses the learners of a cohort: the rows of the ledger that tell it, and no others."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort, Membership
from app.people.rules import Role
from media.models import TimeMap, Version
from modules import rules
from modules.models import Completion, Coverage, Step, Watching, WatchingRevocation
from modules.queries.statements import COHORT, kept, maps_to, newest_version, stands
from modules.rules.leaving import PAUSE, Last, Minute, minutes

STEP = sa.bindparam("step", type_=sa.Integer())
PLAYED = ("online", "offline device")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A recording of so many seconds, minute by minute; how many learners saw anything of it."""

    duration: float
    minutes: list[Minute]
    watched: int


def leaving(session: Session, cohort: Cohort, step: Step, now: datetime) -> Leaving | None:
    """The minutes of the file in use, or None while there is none. Five statements, however many learn."""
    known = fetch(session, _version(), {"step": step.id})
    if not known or not known[0].duration:
        return None
    version_id, duration = known[0]
    asked = {"cohort": cohort.id, "step": step.id}
    summaries: dict[int, list[Any]] = {}
    for row in fetch(session, _summaries(), asked):
        summaries.setdefault(row.person_id, []).append(row)
    seen = {person: rules.carried(rows, version_id, duration).ranges for person, rows in summaries.items()}
    done: dict[int, datetime] = {row.person_id: row.at for row in fetch(session, _done(), asked)}
    dialect = session.connection().dialect.name
    lasts = [
        Last(row.person_id, row.at, _second(row, duration), row.stalls or 0, row.stalled_seconds or 0.0)
        for row in fetch(session, _lasts(dialect), asked | {"version": version_id})
    ]
    slow = [
        (row.person_id, (row.segments[0][0], row.segments[-1][1]))
        for row in fetch(session, _slow(), asked | {"version": version_id})
        if row.segments and rules.stalled(row.stalls or 0, row.stalled_seconds or 0.0)
    ]
    found = minutes(duration, seen, lasts, slow, done=done, now=now)
    return Leaving(duration, found, sum(bool(ranges) for ranges in seen.values()))


def _second(row: Any, duration: float) -> float:
    ends = [end for _start, end in row.segments or ()]
    second = row.position if row.position is not None else max(ends, default=0.0)
    return float(min(second, duration))


def _learners() -> Any:
    return sa.select(Membership.person_id).where(
        Membership.cohort_id == COHORT, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )


@cache
def _version() -> Any:
    return (
        sa.select(Version.id, Version.duration)
        .select_from(Step)
        .join(Version, Version.id == newest_version())
        .where(Step.id == STEP)
    )


@cache
def _summaries() -> Any:
    return (
        sa.select(Coverage.person_id, *kept())
        .join(Step, Step.id == Coverage.step_id)
        .outerjoin(TimeMap, maps_to(newest_version()))
        .where(Step.id == STEP, Coverage.person_id.in_(_learners()))
    )


@cache
def _done() -> Any:
    return (
        sa.select(Completion.person_id, sa.func.min(Completion.at).label("at"))
        .where(Completion.step_id == STEP, Completion.person_id.in_(_learners()), stands())
        .group_by(Completion.person_id)
    )


def _facts() -> tuple[Any, ...]:
    revoked = sa.exists().where(
        WatchingRevocation.watching_id == Watching.id, WatchingRevocation.undone_at.is_(None)
    ).correlate(Watching)  # fmt: skip
    version = sa.bindparam("version", type_=sa.Integer())
    return (
        Watching.step_id == STEP, Watching.version_id == version, Watching.person_id.in_(_learners()),
        Watching.klass.in_(PLAYED), ~revoked,
    )  # fmt: skip


@cache
def _lasts(dialect: str) -> Any:
    """The facts after which their person was away for days, or is until now: found by the database, for a cohort has
    tens of thousands of facts of a recording and some dozens of these."""
    at = sa.func.coalesce(Watching.ended_at, Watching.received_at, type_=Watching.received_at.type)
    after = sa.func.lead(at).over(partition_by=Watching.person_id, order_by=(at, Watching.id))
    facts = (
        sa.select(
            Watching.person_id, Watching.segments, Watching.position, Watching.stalls, Watching.stalled_seconds,
            at.label("at"), after.label("after"),
        )
        .where(*_facts())
        .subquery()
    )  # fmt: skip
    if dialect == "sqlite":
        apart = sa.func.julianday(facts.c.after) - sa.func.julianday(facts.c.at) >= PAUSE.days
    else:
        apart = facts.c.after - facts.c.at >= sa.literal(PAUSE, sa.Interval())
    return sa.select(facts).where(sa.or_(facts.c.after.is_(None), apart))


@cache
def _slow() -> Any:
    return sa.select(Watching.person_id, Watching.segments, Watching.stalls, Watching.stalled_seconds).where(
        *_facts(), sa.or_(Watching.stalls > 0, Watching.stalled_seconds > 0)
    )
