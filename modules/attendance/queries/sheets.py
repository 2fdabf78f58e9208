"""Who stood on a sheet when it was printed, and what was noted by one sender in one go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from app.text import fold
from modules.attendance import rules
from modules.attendance.models import AttendanceNote
from modules.attendance.rules import Part, Said
from modules.models import Step


def on_sheet(session: Session, cohort: Cohort, at: datetime) -> list[Any]:
    """Who learned in the cohort then (id, public id, name), in the order of the sheet's lines."""
    rows = session.execute(
        sa.select(Person.id, Person.public_id, Person.name).where(
            sa.exists().where(
                Membership.person_id == Person.id, Membership.cohort_id == cohort.id,
                Membership.role == Role.LEARNER, Membership.since <= at,
                sa.or_(Membership.ended_at.is_(None), Membership.ended_at > at),
            )
        )
    ).all()  # fmt: skip
    return sorted(rows, key=lambda row: (fold(row.name), row.id))


def before_sheet(session: Session, step: Step, by: Any, sheet: str, parts: Sequence[Part]) -> dict[int, Any]:
    """What was noted before this sender's notes of this name: by person, the half and what counted of it."""
    mine = sa.select(AttendanceNote).where(
        AttendanceNote.by_id == by.id, AttendanceNote.step_id == step.id,
        AttendanceNote.client_id.like(f"{sheet}-%"),
    )  # fmt: skip
    notes = {note.person_id: note for note in session.scalars(mine)}
    earlier: dict[int, list[Said]] = {person_id: [] for person_id in notes}
    asked = sa.select(AttendanceNote).where(AttendanceNote.person_id.in_(notes), AttendanceNote.step_id == step.id)
    for note in session.scalars(asked.order_by(AttendanceNote.id)):
        if note.id < notes[note.person_id].id:
            earlier[note.person_id].append(Said(note.half_id, note.present, note.late))
    return {
        person_id: (note.half_id, note.present, rules.marks(earlier[person_id], parts).get(note.half_id))
        for person_id, note in notes.items()
    }
