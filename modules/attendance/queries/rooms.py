"""Recordings that were played for a room, and who sat there."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Person
from media.models import TimeMap, Version
from modules import rules as spine
from modules.actions.completing import rules_for
from modules.attendance.models import Half, RoomSeat, RoomViewing
from modules.attendance.queries.halves import COLUMNS, HalfRow, halves
from modules.attendance.queries.lines import learners, standing
from modules.attendance.rules import current
from modules.models import Completion, Coverage, RuleVersion, Sitting, Step, Watching
from modules.queries.statements import kept, maps_to, newest_version, stands

DAY = timedelta(days=1)


def version_of(session: Session, step: Step) -> tuple[int, str, float] | None:
    """The version of the step's recording that is in use: its ids and its length."""
    asked = sa.select(Version.id, Version.public_id, Version.duration).join(Step, Step.id == step.id)
    found = session.execute(asked.where(Version.id == newest_version(), Version.duration.is_not(None))).one_or_none()
    return tuple(found) if found else None  # type: ignore[return-value]


def viewings(session: Session, cohort: Cohort, step: Step) -> list[Any]:
    """The viewings of a step for a cohort, the newest first: the viewing, who played it, how many sit there."""
    seats = sa.select(sa.func.count()).where(RoomSeat.viewing_id == RoomViewing.id, RoomSeat.ended_at.is_(None))
    asked = sa.select(RoomViewing, Person.name, seats.correlate(RoomViewing).scalar_subquery())
    asked = asked.join(Person, Person.id == RoomViewing.by_id)
    asked = asked.where(RoomViewing.cohort_id == cohort.id, RoomViewing.step_id == step.id)
    return list(session.execute(asked.order_by(RoomViewing.id.desc())))


def version_of_viewing(session: Session, viewing: RoomViewing) -> tuple[str, float]:
    """The public id and the length of the file that is played."""
    row = session.execute(sa.select(Version.public_id, Version.duration).where(Version.id == viewing.version_id)).one()
    return row[0], row[1] or 0.0


def credited(session: Session, person_id: int, step_id: int) -> list[Any]:
    """The viewings in which the person sits or sat: viewing, who played it, since when no more, and why."""
    asked = sa.select(RoomViewing, Person.name, RoomSeat.ended_at, RoomSeat.why)
    asked = asked.join(RoomSeat, RoomSeat.viewing_id == RoomViewing.id).join(Person, Person.id == RoomViewing.by_id)
    asked = asked.where(RoomSeat.person_id == person_id, RoomViewing.step_id == step_id)
    return list(session.execute(asked.order_by(RoomSeat.id.desc()).limit(20)))


def seated(session: Session, viewing: RoomViewing) -> list[int]:
    """Who sits there."""
    asked = sa.select(RoomSeat.person_id).where(RoomSeat.viewing_id == viewing.id, RoomSeat.ended_at.is_(None))
    return list(session.scalars(asked))


def facts(session: Session, viewing: RoomViewing, people: Collection[int]) -> list[int]:
    """The facts by which this viewing was credited to these people."""
    named = Watching.batch.like(f"room-{viewing.public_id}-%")
    return list(session.scalars(sa.select(Watching.id).where(Watching.person_id.in_(people), named)))


def present(session: Session, cohort: Cohort, now: datetime) -> tuple[HalfRow | None, set[int]]:
    """The half of any day in person of the cohort that is on now, and who is noted as present in it."""
    asked = (
        sa.select(*COLUMNS, Step).join(Sitting, Sitting.id == Half.sitting_id).join(Step, Step.id == Sitting.step_id)
    )
    near = Sitting.day.between((now - DAY).date(), (now + DAY).date())
    asked = asked.where(
        Sitting.cohort_id == cohort.id, Half.ended_at.is_(None), Sitting.cancelled_at.is_(None), near
    ).order_by(Sitting.starts_at, Half.position)
    rows: Sequence[Any] = session.execute(asked).all()
    found = [HalfRow._make(row[:-1]) for row in rows]
    place = current([row.span for row in found], now)
    if place is None:
        return None, set()
    half, step = found[place], rows[place][-1]
    parts = [row.part for row in halves(session, cohort.id, step.id)]
    said = standing(session, step, [row.id for row in learners(session, cohort)], parts)
    return half, {person_id for person_id, each in said.items() if each.of(half.id).present}


def no_longer_done(session: Session, step: Step, people: Collection[int], since: datetime, now: datetime) -> list[int]:
    """Of these people those who did the step by watching since then, and have not seen enough of it any more."""
    earned = sa.select(Completion.person_id).where(
        Completion.step_id == step.id, Completion.person_id.in_(people), Completion.source == "watching",
        Completion.at >= since, stands(),
    )  # fmt: skip
    done = sorted(set(session.scalars(earned)))
    if not done:
        return []
    rule_of, seen = rules_for(session, step.module_id, done, now), _seen(session, step, done)
    versions = session.scalars(sa.select(RuleVersion).where(RuleVersion.id.in_(set(rule_of.values()))))
    terms = {each.id: each.terms for each in versions}
    return [p for p in done if not _finished(step, seen.get(p, []), terms[rule_of[p]])]


def _seen(session: Session, step: Step, people: Sequence[int]) -> dict[int, list[Any]]:
    newest = sa.select(newest_version()).where(Step.id == step.id).scalar_subquery()
    length = sa.select(Version.duration).where(Version.id == newest).scalar_subquery()
    rows = session.execute(
        sa.select(Coverage.person_id, *kept(), Version.duration, newest.label("newest"), length.label("length"))
        .join(Version, Version.id == Coverage.version_id)
        .outerjoin(TimeMap, maps_to(newest))
        .where(Coverage.step_id == step.id, Coverage.person_id.in_(people))
        .order_by(Coverage.person_id)
    )
    return {person_id: list(found) for person_id, found in groupby(rows, itemgetter(0))}


def _finished(step: Step, rows: Sequence[Any], terms: Any) -> bool:
    if not rows:
        return False
    durations = {row.of_version_id: row.duration for row in rows} | {rows[0].newest: rows[0].length}
    asked = spine.threshold(terms, step.public_id, step.share), spine.classes(terms, step.public_id)
    return spine.finished(rows, rows[0].newest, durations, *asked)
