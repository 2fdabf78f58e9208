"""The list of a day in person: who is noted as there, as not there, or not at all."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import lazy
from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from app.text import fold
from modules.models import AttendanceNote, Completion, Sitting, Step
from modules.queries.proofs import noted
from modules.queries.statements import stands
from modules.stands import Stand, Stands


class Noted(NamedTuple):
    """There (True), not there (False) or not noted (None), and since when a presence counts."""

    present: bool | None = None
    since: datetime | None = None


class Line(NamedTuple):
    """A learner of the cohort, and what is noted."""

    id: int
    public_id: str
    name: str
    noted: Noted


def dates(session: Session, cohort: Cohort, step: Step) -> list[Sitting]:
    """When and where the cohort meets for this day, without what was taken back."""
    asked = sa.select(Sitting).where(Sitting.step_id == step.id, Sitting.cohort_id == cohort.id)
    return list(session.scalars(asked.where(Sitting.cancelled_at.is_(None)).order_by(Sitting.starts_at)))


def attendance(session: Session, cohort: Cohort, step: Step) -> list[Line]:
    """Everybody who learns in the cohort today, by name. Three statements."""
    learners = session.execute(
        sa.select(Person.id, Person.public_id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.cohort_id == cohort.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None))
    ).all()
    said = standing(session, step, [row.id for row in learners])
    lines = [Line(*row, said[row.id]) for row in learners]
    return sorted(lines, key=lambda line: (fold(line.name), line.id))


def standing(session: Session, step: Step, people: Sequence[int]) -> dict[int, Noted]:
    """What is noted about each of these people. Two statements."""
    away = dict.fromkeys((person_id for person_id, _step in absences(session, people, [step.id])), Noted(False))
    there = {person_id: Noted(True, at) for (person_id, _step), at in noted(session, people, [step.id]).items()}
    return dict.fromkeys(people, Noted()) | away | there


def absences(session: Session, people: Collection[int], steps: Sequence[int]) -> set[tuple[int, int]]:
    """Who is noted as not there, by the ids of person and step: the newest note says so and no presence counts."""
    newest = (
        sa.select(sa.func.max(AttendanceNote.id))
        .where(AttendanceNote.person_id.in_(people), AttendanceNote.step_id.in_(steps))
        .group_by(AttendanceNote.person_id, AttendanceNote.step_id)
    )
    there = sa.exists().where(
        Completion.person_id == AttendanceNote.person_id, Completion.step_id == AttendanceNote.step_id, stands()
    ).correlate(AttendanceNote)  # fmt: skip
    rows = session.execute(
        sa.select(AttendanceNote.person_id, AttendanceNote.step_id).where(
            AttendanceNote.id.in_(newest), AttendanceNote.present.is_(False), ~there
        )
    )
    return {(person_id, step_id) for person_id, step_id in rows}


def away(session: Session, people: Collection[int], steps: Sequence[int]) -> Stands:
    """The same as every list of steps says it."""
    return dict.fromkeys(absences(session, people, steps), Stand(word=lazy("absent")))
