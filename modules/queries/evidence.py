"""The facts behind what one learner has seen of one recording, and what would be seen without some of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.db import within
from app.people.models import Person
from media.models import TimeMap, Version
from modules import rules
from modules.models import Coverage, Watching, WatchingRevocation
from modules.queries.shapes import StepView
from modules.queries.statements import in_force, maps_to

PAGE = 40
ODD, REVOKED = "odd", "revoked"


@dataclass(frozen=True)
class Facts:
    """One page of them, the newest first, each with its number among all of the learner's of this step."""

    rows: Sequence[Any]
    page: int
    pages: int
    counts: dict[str, int]  # Of each class, of odd ones and of revoked ones, and of "all".


def facts(session: Session, person_id: int, step_id: int, only: str, page: int) -> Facts:
    """Facts of this class, the odd ones, the revoked ones, or `all`. Two statements."""
    numbered = _numbered(person_id, step_id)
    odd, gone = sa.cast(Watching.marks, sa.String) != "[]", WatchingRevocation.id.is_not(None)
    base = sa.select(Watching.klass, odd.label("odd"), gone.label("gone"), sa.func.count())
    rows = session.execute(
        base.select_from(Watching).outerjoin(WatchingRevocation, in_force())
        .where(Watching.person_id == person_id, Watching.step_id == step_id).group_by(Watching.klass, odd, gone)
    ).all()  # fmt: skip
    counts = {"all": sum(row[3] for row in rows), ODD: sum(row[3] for row in rows if row.odd)}
    counts |= {REVOKED: sum(row[3] for row in rows if row.gone)}
    for row in rows:
        counts[row.klass] = counts.get(row.klass, 0) + row[3]
    number, pages = within(page, counts.get(only, 0), PAGE)
    by, giver = aliased(Person), aliased(Person)
    chosen = {ODD: odd, REVOKED: gone, "all": sa.true()}.get(only, Watching.klass == only)
    found = session.execute(
        sa.select(
            numbered.c.number, Watching.received_at, Watching.device, Watching.klass, Watching.segments,
            Watching.marks, Watching.device_time, Version.number.label("version"), giver.name.label("credited_by"),
            WatchingRevocation.at.label("revoked_at"), WatchingRevocation.why, by.name.label("revoked_by"),
        )
        .join(numbered, numbered.c.id == Watching.id)
        .join(Version, Version.id == Watching.version_id)
        .outerjoin(WatchingRevocation, in_force())
        .outerjoin(by, by.id == WatchingRevocation.by_id)
        .outerjoin(giver, giver.id == Watching.by_id)
        .where(chosen)
        .order_by(Watching.received_at.desc(), Watching.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()  # fmt: skip
    return Facts(found, number, pages, counts)


def ids(session: Session, person_id: int, step_id: int, numbers: Collection[int]) -> list[int]:
    """The facts with these numbers."""
    numbered = _numbered(person_id, step_id)
    return list(session.scalars(sa.select(numbered.c.id).where(numbered.c.number.in_(numbers))))


def unions(session: Session, person_id: int, step: StepView) -> dict[str, rules.Carried]:
    """What was seen of the newest file, class by class. One statement."""
    rows = session.execute(
        sa.select(
            Coverage.version_id.label("of_version_id"), Coverage.klass, Coverage.ranges, Coverage.position,
            Coverage.position_at, TimeMap.pieces,
        )
        .outerjoin(TimeMap, maps_to(step.version_id))
        .where(Coverage.person_id == person_id, Coverage.step_id == step.id)
        .order_by(Coverage.id)
    ).all()  # fmt: skip
    return {
        klass: rules.carried([row for row in rows if row.klass == klass], step.version_id, step.duration)
        for klass in rules.CLASSES
        if any(row.klass == klass and row.ranges for row in rows)
    }


@dataclass(frozen=True)
class Without:
    """What stays seen without some facts, and whether that would be enough."""

    seconds: float
    enough: bool


def without(session: Session, person_id: int, step: StepView, gone: Collection[int]) -> Without:
    """What the summaries would come to; facts are read one by one. Two statements."""
    rows = session.execute(
        sa.select(Watching.version_id, Watching.klass, Watching.segments)
        .outerjoin(WatchingRevocation, in_force())
        .where(Watching.person_id == person_id, Watching.step_id == step.id, WatchingRevocation.id.is_(None))
        .where(Watching.id.not_in(gone))
        .order_by(Watching.received_at, Watching.id)
        .execution_options(yield_per=500)
    )
    kept: dict[tuple[int, str], list[rules.Range]] = {}
    for version_id, klass, segments in rows:
        kept[version_id, klass] = rules.bounded(rules.merge([*kept.get((version_id, klass), ()), *segments]))
    known = session.execute(
        sa.select(Version.id, Version.duration, TimeMap.pieces)
        .outerjoin(TimeMap, sa.and_(TimeMap.from_version_id == Version.id, TimeMap.to_version_id == step.version_id))
        .where(Version.recording_id == step.recording_id)
    ).all()
    pieces, durations = {row.id: row.pieces for row in known}, {row.id: row.duration for row in known}
    summaries = [
        rules.Kept(version_id, ranges, pieces=pieces.get(version_id), klass=klass)
        for (version_id, klass), ranges in kept.items()
    ]
    seen = rules.carried(summaries, step.version_id, step.duration, step.classes).ranges
    enough = rules.finished(summaries, step.version_id, durations, step.threshold, step.classes)
    return Without(rules.covered(seen), enough)


def _numbered(person_id: int, step_id: int) -> Any:
    """The facts of one learner and step with their numbers, which stay: no fact is ever deleted."""
    number = sa.func.row_number().over(order_by=Watching.id).label("number")
    own = sa.select(Watching.id, number).where(Watching.person_id == person_id, Watching.step_id == step_id)
    return own.subquery()
