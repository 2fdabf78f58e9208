"""The dates of modules and of days in person: two statements, however many cohorts. And whose calendar a key opens."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import Instant, fetch
from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from modules.agenda.models import CalendarKey
from modules.models import Assignment, AssignmentChange, Module, Sitting, Step
from modules.moments import Moment, What
from modules.queries.statements import COHORTS, LANG, still_given
from modules.queries.titles import Titled
from modules.rules import day_of, end_of_day, start_of_day


class Reader(NamedTuple):
    """Whose calendar it is: language, cohorts by their ids, and since when its key opens."""

    language: str | None
    cohorts: dict[int, str]
    since: Any


def modules(session: Session, cohort_ids: Sequence[int], lang: str) -> list[Moment]:
    """When modules open, and their last days."""
    found = []
    for row in fetch(session, _modules(), {"cohorts": list(cohort_ids), "lang": lang}):
        common: dict[str, Any] = {
            "cohort_id": row.cohort_id, "zone": row.zone, "title": row.title, "number": row.number,
            "path": f"/modules/{row.public_id}", "changed_at": row.changed_at or row.at, "module_id": row.id,
            "edit": f"/cohorts/{row.cohort}/modules/{row.public_id}",
        }  # fmt: skip
        key = f"{row.cohort}-{row.public_id}"
        if row.opens_at:
            whole = start_of_day(day_of(row.opens_at, row.zone), row.zone) == row.opens_at
            found.append(Moment(f"opens-{key}", What.OPENS, at=row.opens_at, day_only=whole, **common))
        if row.due_at:
            whole = end_of_day(day_of(row.due_at, row.zone), row.zone) == row.due_at
            found.append(Moment(f"due-{key}", What.DUE, at=row.due_at, day_only=whole, **common))
    return found


def sittings(session: Session, cohort_ids: Sequence[int], lang: str) -> list[Moment]:
    """Days in person, those that were cancelled too."""
    return [
        Moment(
            f"day-{row.sitting}", What.DAY, row.cohort_id, row.starts_at, row.zone, row.title,
            f"/steps/{row.public_id}", max(filter(None, (row.changed_at, row.cancelled_at, row.at, row.created_at))),
            until=row.ends_at, day_only=row.day_only, place=row.place, module_id=row.module_id, step_id=row.id,
            cancelled=row.cancelled_at is not None, edit=f"/manage/steps/{row.public_id}/dates",
        )
        for row in fetch(session, _sittings(), {"cohorts": list(cohort_ids), "lang": lang})
    ]  # fmt: skip


def reader(session: Session, hashed: str) -> Reader | None:
    """Whose key this is; nobody's once the person is gone. One statement."""
    rows = fetch(session, _readers(), {"hash": hashed})
    if not rows:
        return None
    return Reader(rows[0].language, {row.id: row.name for row in rows if row.id}, rows[0].made_at)


def key_of(session: Session, person_id: int) -> CalendarKey | None:
    """Whether somebody has a calendar address, and since when."""
    return session.get(CalendarKey, person_id)


@cache
def _modules() -> Any:
    titled = Titled(Module, LANG)
    changed = (
        sa.select(sa.func.max(AssignmentChange.at, type_=Instant()))
        .where(AssignmentChange.cohort_id == Assignment.cohort_id, AssignmentChange.module_id == Assignment.module_id)
        .correlate(Assignment)
        .scalar_subquery()
    )
    return titled.join(
        sa.select(
            Assignment.cohort_id, Assignment.opens_at, Assignment.due_at, Assignment.zone, Assignment.at,
            changed.label("changed_at"), Module.id, Module.public_id, Module.number, titled.text().label("title"),
            Cohort.public_id.label("cohort"),
        )
        .join(Module, Module.id == Assignment.module_id)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .where(Assignment.cohort_id.in_(COHORTS), Module.archived_at.is_(None), Cohort.archived_at.is_(None))
    )  # fmt: skip


@cache
def _sittings() -> Any:
    titled = Titled(Step, LANG)
    return titled.join(
        sa.select(
            Sitting.public_id.label("sitting"), Sitting.cohort_id, Sitting.starts_at, Sitting.ends_at, Sitting.zone,
            Sitting.day_only, Sitting.place, Sitting.at, Sitting.changed_at, Sitting.cancelled_at, Step.id,
            Step.public_id, Step.module_id, Step.created_at, titled.text().label("title"),
        )
        .join(Step, Step.id == Sitting.step_id)
        .join(Module, Module.id == Step.module_id)
        .join(Assignment, still_given())
        .join(Cohort, Cohort.id == Sitting.cohort_id)
        .where(
            Sitting.cohort_id.in_(COHORTS), Module.archived_at.is_(None), Step.archived_at.is_(None),
            Cohort.archived_at.is_(None),
        )
    )  # fmt: skip


@cache
def _readers() -> Any:
    takes_part = sa.and_(
        Membership.person_id == Person.id,
        Membership.ended_at.is_(None),
        Membership.role.in_((Role.LEARNER, Role.TRAINER)),
    )
    return (
        sa.select(Person.language, Cohort.id, Cohort.name, CalendarKey.made_at)
        .join(CalendarKey, CalendarKey.person_id == Person.id)
        .outerjoin(Membership, takes_part)
        .outerjoin(Cohort, sa.and_(Cohort.id == Membership.cohort_id, Cohort.archived_at.is_(None)))
        .where(
            CalendarKey.hash == sa.bindparam("hash"), Person.erased_at.is_(None), Person.merged_into_id.is_(None)
        )
        .order_by(Cohort.id)
    )  # fmt: skip
