"""Reports of watching: a fact is appended, the person's union grows, the step may become done.

Speed does not matter, nor order, repetition or lateness: a report counts for the file that it names. On SQLite the
door's BEGIN IMMEDIATE lets one writer in at a time; on PostgreSQL the person's coverage rows are locked before they are
read. So two tabs lose nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import Instant, fetch
from app.errors import Conflict, Invalid, TooMany
from app.i18n import lazy
from media.models import TimeMap
from modules import rules
from modules.access import Watchable
from modules.actions.adding import add_once
from modules.actions.completing import complete_by_id
from modules.actions.governing import newest_rules
from modules.models import Coverage, Watching
from modules.queries.statements import PERSON, kept, maps_to
from modules.rules import Range

SENTENCES = {
    "not_a_number": lazy("A time is not a number."),
    "ends_before_start": lazy("A passage ends before it begins."),
    "too_many": lazy("There are more than 20,000 passages in one report."),
    "not_a_pair": lazy("A passage is a start and an end."),
}
ENOUGH = lazy("So much was reported of this recording today that no more is taken until tomorrow.")
IN_ROOM = lazy("Who was in the room is noted by the trainer.")
NOT_READY = lazy("This recording is not ready yet.")
_WATCHING: Any = Watching.__table__
_COVERAGE: Any = Coverage.__table__
_KEPT: Any = (
    sa.select(Coverage.id, *kept(), Coverage.device, Coverage.device_time, Coverage.stored, Coverage.stored_on)
    .outerjoin(TimeMap, maps_to(sa.bindparam("newest", type_=sa.Integer())))
    .where(Coverage.person_id == PERSON, Coverage.step_id == sa.bindparam("step", type_=sa.Integer()))
)
_PLAYED = {name: sa.bindparam(name, type_=Instant()) for name in ("began", "ended")}
# Whether another device of the person played at the same time, whatever it was.
_ELSEWHERE = sa.exists().where(
    Watching.person_id == PERSON, Watching.device != sa.bindparam("device", type_=sa.String()),
    Watching.ended_at > _PLAYED["began"], Watching.began_at < _PLAYED["ended"],
)  # fmt: skip
_LOCKED = (
    _KEPT.add_columns(_ELSEWHERE.label("elsewhere")).order_by(Coverage.id).with_for_update(of=_COVERAGE)
)  # In one order, or two wait for each other.
_GROWN = _COVERAGE.update().where(_COVERAGE.c.id == sa.bindparam("kept"))


@dataclass(frozen=True, slots=True)
class Report:
    """What a device says was played; read before the door opens for writing, for that can take a while."""

    played: rules.Batch
    batch: str | None = None
    device: str | None = None
    speed: float | None = None
    device_time: datetime | None = None
    sent_at: datetime | None = None  # By the device's clock, when the report left it.
    klass: str = rules.ONLINE
    stalls: int | None = None
    stalled_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the person stands on a recording step."""

    duration: float
    ranges: list[Range] = field(default_factory=list)
    position: float | None = None
    done: bool = False

    @property
    def covered(self) -> float:
        """Seconds seen."""
        return rules.covered(self.ranges)

    @property
    def missing(self) -> list[Range]:
        """Passages not seen."""
        return rules.missing(self.ranges, self.duration)


def played(segments: list[Any], position: float | None = None) -> rules.Batch:
    """What was played, readable and joined, or a refusal; the database is not asked."""
    try:
        return rules.read(segments, position, None)
    except rules.Refused as refusal:
        raise Invalid(fields={"segments": SENTENCES[refusal.why]}) from refusal


def watch(session: Session, at: Watchable, person: Any, report: Report, *, now: datetime) -> Seen:
    """Store the report and tell where the person stands now; a batch that was stored before changes nothing."""
    if report.klass == rules.IN_ROOM:
        raise Invalid(fields={"class": IN_ROOM})
    version_id, duration = _named(at)
    batch = rules.within(report.played, duration)
    span = rules.span(
        batch.played, report.speed, device_time=report.device_time, sent_at=report.sent_at, now=now,
        played=report.klass != rules.READ,
    )  # fmt: skip
    rows = _locked(session, at, person.id, report, span)
    if not any(_own(row, version_id, report) for row in rows):
        first = {"person_id": person.id, "step_id": at.step_id, "version_id": version_id, "klass": report.klass}
        add_once(session, _COVERAGE, {**first, "ranges": [], "seconds": 0.0})
        rows = _locked(session, at, person.id, report, span)
    own = next(row for row in rows if _own(row, version_id, report))
    _refuse_too_much(session, rows, batch, person.id, report, now)
    marks = rules.marks(
        batch, now=now, device_time=report.device_time, speed=report.speed, previous=_previous(rows, report),
        played=report.klass != rules.READ, elsewhere=own.elsewhere,
    )  # fmt: skip
    ranges = rules.bounded(rules.merge([*own.ranges, *batch.union]))
    fact = {"person_id": person.id, "step_id": at.step_id, "version_id": version_id, "marks": marks}
    if not add_once(session, _WATCHING, fact | _told(report, batch, span, now)):
        _same_step(session, at, person.id, report)
        return _seen(at, rows, at.done_at is not None)
    summaries = [row for row in rows if row is not own] + [_grow(session, own, ranges, batch, report, now)]
    done = at.done_at is not None or _finish(session, at, person.id, summaries, now)
    return _seen(at, summaries, done)


def seen(session: Session, at: Watchable, person: Any) -> Seen:
    """Where the person stands, without changing anything."""
    return _seen(at, _kept(session, _KEPT, at, person.id), at.done_at is not None)


def _named(at: Watchable) -> tuple[int, float]:
    """The version that the report is about, with its own length: the one it names, else the newest."""
    if at.said_version_id is not None and at.said_duration:
        return at.said_version_id, at.said_duration
    if at.version_id is None or not at.duration:
        raise Conflict(NOT_READY)
    return at.version_id, at.duration


def _seen(at: Watchable, summaries: Sequence[Any], done: bool) -> Seen:
    if not at.duration:
        raise Conflict(NOT_READY)
    which = rules.classes(at.terms, at.step_public_id)
    stands = rules.carried(summaries, at.version_id, at.duration, which)
    return Seen(at.duration, stands.ranges, stands.position, done)


def _kept(session: Session, statement: Any, at: Watchable, person_id: int) -> Sequence[Any]:
    return fetch(session, statement, {"person": person_id, "step": at.step_id, "newest": at.version_id})


def _refuse_too_much(
    session: Session, rows: Sequence[Any], batch: rules.Batch, person_id: int, report: Report, now: datetime
) -> None:
    """Facts are never deleted, so what one person may add to a step in a day is bounded; a repeat adds nothing."""
    if rules.stored_on(rows, now.astimezone(UTC).date()) + rules.weight(batch) <= rules.MOST_A_DAY:
        return
    known = sa.select(Watching.id).where(Watching.person_id == person_id, Watching.batch == report.batch)
    if report.batch is None or session.scalar(known) is None:
        raise TooMany(ENOUGH, retry_after=rules.seconds_to_next_day(now))


def _locked(session: Session, at: Watchable, person_id: int, report: Report, span: rules.Span | None) -> Sequence[Any]:
    began, ended = span or (None, None)
    asked = {"person": person_id, "step": at.step_id, "newest": at.version_id}
    return fetch(session, _LOCKED, {**asked, "device": report.device, "began": began, "ended": ended})


def _own(row: Any, version_id: int, report: Report) -> bool:
    return bool(row.of_version_id == version_id and row.klass == report.klass)


def _previous(rows: Sequence[Any], report: Report) -> datetime | None:
    """What the same device's clock said last on this step."""
    known = [row.device_time for row in rows if report.device and row.device == report.device and row.device_time]
    return max(known, default=None)


def _told(report: Report, batch: rules.Batch, span: rules.Span | None, now: datetime) -> dict[str, Any]:
    began, ended = span or (None, None)
    return {
        "batch": report.batch, "segments": [list(r) for r in batch.ranges], "position": batch.position,
        "speed": report.speed, "device": report.device, "device_time": report.device_time, "klass": report.klass,
        "began_at": began, "ended_at": ended,
        "stalls": report.stalls, "stalled_seconds": report.stalled_seconds, "received_at": now,
    }  # fmt: skip


def _same_step(session: Session, at: Watchable, person_id: int, report: Report) -> None:
    """A batch that was stored before is the same report only where it is about the same step."""
    stored = sa.select(Watching.step_id).where(Watching.person_id == person_id, Watching.batch == report.batch)
    if session.scalar(stored) != at.step_id:
        raise Invalid(fields={"batch": lazy("This name was given to a report of another step. Give each its own.")})


def _grow(
    session: Session, own: Any, ranges: list[Range], batch: rules.Batch, report: Report, now: datetime
) -> rules.Kept:
    values: dict[str, Any] = {"ranges": [list(r) for r in ranges], "seconds": rules.covered(ranges)}
    today = now.astimezone(UTC).date()
    values |= {"stored": rules.stored_on([own], today) + rules.weight(batch), "stored_on": today}
    position, position_at = own.position, own.position_at
    if batch.position is not None and (position_at is None or position_at <= now):
        position, position_at = batch.position, now
        values |= {"position": position, "position_at": now, "device": report.device, "device_time": report.device_time}
    session.connection().execute(_GROWN, {"kept": own.id, **values})
    return rules.Kept(own.of_version_id, ranges, position, position_at, own.pieces, own.klass)


def _finish(session: Session, at: Watchable, person_id: int, summaries: Sequence[Any], now: datetime) -> bool:
    durations = {at.version_id: at.duration, at.said_version_id: at.said_duration}
    asked = rules.threshold(at.terms, at.step_public_id, at.share)
    which = rules.classes(at.terms, at.step_public_id)
    if not rules.finished(summaries, at.version_id, durations, asked, which):
        return False
    rule_version_id = at.rule_version_id or newest_rules(session, at.module_id, now).id
    return complete_by_id(session, at.step_id, person_id, rule_version_id, now, "watching")
