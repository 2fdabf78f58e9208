"""Which modules and steps somebody may open: the only loads by an id that somebody typed. Wrong and forbidden look
the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.i18n import current, lazy
from app.people.access import cohort_for
from app.people.models import Administrator, Cohort, Membership, Person
from app.people.rules import Role
from modules import rules
from modules.models import Assignment, AssignmentChange, Contest, Cycle, Module, Note, Sitting, Step
from modules.queries import locks, statements
from modules.queries.learners import LearnerRow
from modules.queries.programme import Wanted
from modules.queries.titles import title
from modules.queries.withdrawing import taken_from


class Locked(Forbidden):
    """A step that another one opens; the sentence says which."""


def step_for(session: Session, person: Any, public_id: str, *, now: datetime) -> Step:
    """A step: for who takes part in a cohort whose assignment has begun, trainers of a cohort that has it, admins."""
    step = step_seen(session, person, public_id, now=now)
    first = None if person.is_admin else locks.locked_by(session, person.id, step, now)
    if first is not None:
        row = _one(session, sa.select(Step).where(Step.public_id == first))
        raise Locked(lazy("This step is still closed: finish “%(title)s” first.", title=title(row, current())))
    return step


def step_seen(session: Session, person: Any, public_id: str, *, now: datetime) -> Step:
    """The same, locked by another step or not."""
    found: Step = _one(
        session, statements.step_visible(), {"public_id": public_id, "person": person.id, "now": now}
    )  # fmt: skip
    return found


def module_for(session: Session, person: Any, public_id: str) -> Module:
    """A module, for the same people; who takes part may see that it is still closed, so its opening does not matter."""
    return _one(session, statements.module_visible(), {"public_id": public_id, "person": person.id})


def module_to_edit(session: Session, person: Any, public_id: str) -> Module:
    """A module, archived or not, for administrators and trainers of a cohort that has it."""
    return _one(session, sa.select(Module).where(Module.public_id == public_id, led(person.id)))


def step_to_edit(session: Session, person: Any, public_id: str) -> Step:
    """A step, archived or not, for who may edit its module."""
    return _one(
        session,
        sa.select(Step).join(Module, Module.id == Step.module_id).where(Step.public_id == public_id, led(person.id)),
    )


def cycle_to_edit(session: Session, person: Any, public_id: str) -> Cycle:
    """A cycle, for administrators."""
    return _one(session, sa.select(Cycle).where(Cycle.public_id == public_id, _is_admin(person.id)))


def cohort_led(session: Session, person: Any, public_id: str) -> Cohort:
    """A cohort, for administrators and its trainers."""
    return cohort_for(session, person, public_id)


def learner_in(session: Session, cohort: Cohort, public_id: str) -> LearnerRow:
    """A learner of the cohort, also one whose membership has ended: what was done stays readable."""
    learnt = sa.exists().where(
        Membership.person_id == Person.id, Membership.cohort_id == cohort.id, Membership.role == Role.LEARNER
    )
    learns = learnt.where(Membership.ended_at.is_(None))
    asked = sa.select(Person.id, Person.public_id, Person.name, learns)
    found = session.execute(asked.where(Person.public_id == public_id, learnt)).one_or_none()
    if found is None:
        raise NotFound
    return LearnerRow(*found)


def learners_named(session: Session, cohort: Cohort, public_ids: Sequence[str], *, but: Any) -> Sequence[Person]:
    """Those of these people who learn in the cohort now, by name, without oneself."""
    learns = sa.exists().where(
        Membership.person_id == Person.id, Membership.cohort_id == cohort.id, Membership.role == Role.LEARNER,
        Membership.ended_at.is_(None),
    )  # fmt: skip
    asked = sa.select(Person).where(Person.public_id.in_(public_ids), Person.id != but.id, learns)
    return session.scalars(asked.order_by(Person.name, Person.id)).all()


def learner_to_note(session: Session, cohort: Cohort, public_id: str, by: Any) -> LearnerRow:
    """A learner of the cohort about whom `by` may write something down: not one who has left it, nor oneself."""
    person = learner_in(session, cohort, public_id)
    if person.id == by.id:
        raise Conflict(lazy("Nobody notes the own presence: another trainer or an administrator does."))
    if not person.learns:
        raise Conflict(lazy("This person no longer learns in this cohort: what was noted stays as it is."))
    return person


def reads_all_marks(person: Any, cohort: Cohort, learner_id: int) -> bool:
    """Whether the person reads marks of a learner that are not released: trainers of the cohort, but not their own."""
    return bool(person.holds(Role.TRAINER, [cohort.id])) and learner_id != person.id


def step_in(session: Session, cohort: Cohort, public_id: str, kind: str) -> Step:
    """A step of this kind in a module that the cohort has; who leads the cohort was asked before."""
    return _one(
        session,
        sa.select(Step)
        .join(Assignment, Assignment.module_id == Step.module_id)
        .where(
            Step.public_id == public_id, Step.kind == kind, Step.archived_at.is_(None),
            Assignment.cohort_id == cohort.id,
        ),
    )  # fmt: skip


def assignment_of(session: Session, cohort: Cohort, public_id: str) -> tuple[Assignment, Module]:
    """What gives the cohort this module; who leads the cohort was asked before."""
    found = session.execute(
        sa.select(Assignment, Module)
        .join(Module, Module.id == Assignment.module_id)
        .where(Assignment.cohort_id == cohort.id, Module.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def withdrawn_from(session: Session, cohort: Cohort, public_id: str) -> AssignmentChange:
    """How a module stood that was taken from this cohort; who leads the cohort was asked before."""
    change: AssignmentChange = _one(session, taken_from(cohort).where(Module.public_id == public_id))
    return change


def sitting_led(session: Session, person: Any, public_id: str) -> Sitting:
    """A sitting, taken back or not, for administrators and trainers of its cohort."""
    sitting: Sitting = _one(session, sa.select(Sitting).where(Sitting.public_id == public_id))
    cohort = session.get_one(Cohort, sitting.cohort_id)
    cohort_led(session, person, cohort.public_id)
    return sitting


@dataclass(frozen=True, slots=True)
class Watchable:
    """What a report of watching needs to know about a recording step and the person, from one statement."""

    step_id: int
    step_public_id: str
    module_id: int
    kind: str
    recording_id: int | None
    version_id: int | None
    duration: float | None
    rule_version_id: int | None
    terms: dict[str, Any] | None
    done_at: datetime | None
    said_version_id: int | None
    said_duration: float | None
    share: float


def watchable_for(
    session: Session, person: Any, public_id: str, now: datetime, version: str | None = None
) -> Watchable:
    """A recording step that the person may open, with its duration and the person's rules; one statement."""
    asked = {"public_id": public_id, "person": person.id, "now": now, "version": version}
    rows = fetch(session, statements.watchable(), asked)
    if not rows:
        raise NotFound
    found = Watchable(*rows[0])
    if version and found.said_version_id is None:
        raise Invalid(fields={"version": lazy("This step has no such version.")})
    return found


def programme_of(session: Session, person: Any, cycle: str = "", since: str = "", until: str = "") -> Wanted:
    """The report that somebody may read: administrators of all, observers of the cohorts that they observe. Months are
    written as 2026-06; without a cycle it is the newest."""
    cohorts = None if person.is_admin else person.cohorts_as(Role.OBSERVER)
    if cohorts == []:
        raise Forbidden
    rows = sa.select(Cycle).order_by(Cycle.id.desc()).limit(1)
    found: Cycle = _one(session, rows.where(Cycle.public_id == cycle) if cycle else rows)
    first, last = rules.month(since), rules.month(until)
    wrong = {name: typed for name, typed, at in (("since", since, first), ("until", until, last)) if typed and not at}
    if wrong:
        raise Invalid(fields=dict.fromkeys(wrong, lazy("Write a month as year and month: 2026-06.")))
    if first and last and last < first:
        raise Invalid(fields={"until": lazy("The last month comes before the first. Choose them again.")})
    return Wanted(found, cohorts, first, rules.after(last) if last else None)


def cycle_whole(session: Session, person: Any, cycle: str) -> Cycle:
    """A cycle (the newest, if none is named) with everybody's names and deeds: for administrators."""
    if not person.is_admin:
        raise Forbidden
    return programme_of(session, person, cycle).cycle


def note_of(session: Session, person: Any, public_id: str) -> tuple[Note, Step]:
    """A note, removed or not, for who wrote it and nobody else, with its step."""
    asked = sa.select(Note, Step).join(Step, Step.id == Note.step_id)
    found = session.execute(asked.where(Note.public_id == public_id, Note.person_id == person.id)).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def contest_led(session: Session, person: Any, public_id: str) -> Contest:
    """An objection, answered or not, for administrators and trainers of its cohort."""
    row: Contest = _one(session, sa.select(Contest).where(Contest.public_id == public_id))
    cohort = session.get_one(Cohort, row.cohort_id)
    cohort_led(session, person, cohort.public_id)
    return row


def led(person_id: int) -> sa.ColumnElement[bool]:
    trains = sa.exists().where(
        Assignment.module_id == Module.id, Assignment.cohort_id == Membership.cohort_id,
        Membership.person_id == person_id, Membership.role == Role.TRAINER, Membership.ended_at.is_(None),
        Cohort.id == Membership.cohort_id, Cohort.archived_at.is_(None),
    ).correlate(Module)  # fmt: skip
    return sa.or_(trains, _is_admin(person_id))


def _is_admin(person_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(Administrator.person_id == person_id, Administrator.ended_at.is_(None))


def _one(session: Session, statement: Any, asked: dict[str, Any] | None = None) -> Any:
    row = session.scalar(statement, asked)
    if row is None:
        raise NotFound
    return row
