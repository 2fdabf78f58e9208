"""Which halves somebody may note the own presence in, and which cards somebody has."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from modules.attendance.models import Half
from modules.attendance.queries.halves import COLUMNS, HalfRow
from modules.models import Assignment, Module, Sitting, Step

LATEST = timedelta(days=14)  # For so long a device may keep a code to itself.
MOST_OTHERS = 200


class Place(NamedTuple):
    """A half with its cohort and step."""

    half: HalfRow
    cohort: Cohort
    step: Step


def places(session: Session, person: Person, now: datetime) -> list[Place]:
    """The halves of today and of the last days of the cohorts in which the person learns."""
    learns = sa.exists().where(
        Membership.person_id == person.id, Membership.cohort_id == Sitting.cohort_id,
        Membership.role == Role.LEARNER, Membership.ended_at.is_(None),
    ).correlate(Sitting)  # fmt: skip
    rows = session.execute(_asked(now - LATEST, now).where(learns))
    return [Place(HalfRow._make(row[:-2]), row[-2], row[-1]) for row in rows]


def others(session: Session, now: datetime) -> list[HalfRow]:
    """Halves of all cohorts today, to say of a code that it is another cohort's."""
    day = timedelta(days=1)
    rows = session.execute(_asked(now - day, now).limit(MOST_OTHERS))
    return [HalfRow._make(row[:-2]) for row in rows]


def cohorts_of(session: Session, person: Person) -> list[Cohort]:
    """The cohorts in which the person learns, by name."""
    asked = sa.select(Cohort).join(Membership, Membership.cohort_id == Cohort.id).where(
        Membership.person_id == person.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None),
        Cohort.archived_at.is_(None),
    )  # fmt: skip
    return list(session.scalars(asked.order_by(Cohort.folded, Cohort.id)))


def _asked(since: datetime, now: datetime) -> Any:
    return (
        sa.select(*COLUMNS, Cohort, Step)
        .join(Sitting, Sitting.id == Half.sitting_id)
        .join(Cohort, Cohort.id == Sitting.cohort_id)
        .join(Step, Step.id == Sitting.step_id)
        .join(Module, Module.id == Step.module_id)
        .join(Assignment, sa.and_(Assignment.module_id == Module.id, Assignment.cohort_id == Cohort.id))
        .where(
            Half.ended_at.is_(None), Sitting.cancelled_at.is_(None), Cohort.archived_at.is_(None),
            Step.archived_at.is_(None), Module.archived_at.is_(None),
            Sitting.day >= since.date(), Sitting.day <= (now + timedelta(days=1)).date(),
        )
        .order_by(Sitting.starts_at, Half.position)
    )  # fmt: skip
