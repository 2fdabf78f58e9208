"""What trainers and administrators see first: cohorts with their share, and the state of things."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from app.text import fold
from media.models import Recording, Version
from media.rules import State
from modules.models import Assignment, Module, Step
from modules.queries.statements import COHORTS, NOW, done_by_member


def led_cohorts(session: Session, cohort_ids: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    """Cohorts by name, with how many learn there, what share is done, and when something is due next or was due last.
    Two statements."""
    rows = session.execute(_cohorts(), {"now": now, "cohorts": cohort_ids}).all()
    shares = {
        cohort_id: done / pairs
        for cohort_id, pairs, done in session.execute(_shares(), {"cohorts": [row[0] for row in rows]})
    }
    names = ("id", "public_id", "name", "learners", "due_at", "due_zone")
    rows = sorted(rows, key=lambda row: (fold(row.name), row.id))
    return [{**dict(zip(names, row, strict=True)), "share": shares.get(row[0], 0.0)} for row in rows]


def state_of_things(session: Session) -> dict[str, int]:
    """What an administrator sees first: recordings by their newest file's state, people, cohorts, modules."""
    newest = sa.select(sa.func.max(Version.id)).where(Version.recording_id == Recording.id).correlate(Recording)
    states = session.execute(
        sa.select(Version.state, sa.func.count())
        .join(Recording, Recording.id == Version.recording_id)
        .where(Version.id == newest.scalar_subquery(), Recording.archived_at.is_(None))
        .group_by(Version.state)
    )
    found = {State(state).value: count for state, count in states}
    people, modules = session.execute(
        sa.select(
            sa.select(sa.func.count()).select_from(Person).where(Person.erased_at.is_(None)).scalar_subquery(),
            sa.select(sa.func.count()).select_from(Module).where(Module.archived_at.is_(None)).scalar_subquery(),
        )
    ).one()
    return {**found, "people": people, "modules": modules}


@cache
def _cohorts() -> Any:
    due = aliased(Assignment)
    ahead = sa.case((Assignment.due_at >= NOW, Assignment.due_at))
    next_due = sa.select(Assignment.id).where(Assignment.cohort_id == Cohort.id, Assignment.due_at.is_not(None))
    next_due = next_due.order_by(ahead.is_(None), ahead, Assignment.due_at.desc(), Assignment.id)
    next_due = next_due.limit(1).correlate(Cohort)
    learns = sa.and_(
        Membership.cohort_id == Cohort.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )  # fmt: skip
    return (
        sa.select(Cohort.id, Cohort.public_id, Cohort.name, sa.func.count(Membership.id), due.due_at, due.zone)
        .outerjoin(Membership, learns)
        .outerjoin(due, due.id == next_due.scalar_subquery())
        .where(Cohort.id.in_(COHORTS), Cohort.archived_at.is_(None))
        .group_by(Cohort.id, due.id)
    )


@cache
def _shares() -> Any:
    """How many of the (learner, step) pairs of each cohort there are, and how many are done."""
    return (
        sa.select(Assignment.cohort_id, sa.func.count(), sa.func.sum(sa.case((done_by_member(), 1), else_=0)))
        .join(Module, Module.id == Assignment.module_id)
        .join(Step, Step.module_id == Module.id)
        .join(Membership, Membership.cohort_id == Assignment.cohort_id)
        .where(
            Assignment.cohort_id.in_(COHORTS), Step.archived_at.is_(None), Module.archived_at.is_(None),
            Membership.role == Role.LEARNER, Membership.ended_at.is_(None),
        )
        .group_by(Assignment.cohort_id)
    )  # fmt: skip
