"""What was noted about one person's presence, from the first note on."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Person
from modules.attendance import rules
from modules.attendance.models import AttendanceNote
from modules.attendance.queries.halves import HalfRow
from modules.attendance.rules import Said
from modules.models import Step


class Entry(NamedTuple):
    """A note: of which half (None: of all), what counted before and after it, by whom and how."""

    at: datetime
    half: HalfRow | None
    was: bool | None
    said: bool | None
    by: str
    source: str
    device: str
    why: str
    late: bool
    conflict: bool


def history(session: Session, step: Step, person_id: int, rows: Sequence[HalfRow]) -> list[Entry]:
    """All notes about the person, the newest first."""
    note, parts = AttendanceNote, [row.part for row in rows]
    found = session.execute(
        sa.select(note, Person.name)
        .join(Person, Person.id == note.by_id)
        .where(note.person_id == person_id, note.step_id == step.id)
        .order_by(note.id)
    )
    marks, entries = rules.marks([], parts), []
    halves: dict[int | None, HalfRow] = {row.id: row for row in rows}
    for one, name in found:
        entries.append(
            Entry(
                one.at, halves.get(one.half_id), marks.get(one.half_id), one.present, name, one.source,
                one.device_class, one.why, one.late, one.conflict,
            )
        )  # fmt: skip
        marks = rules.marks([Said(one.half_id, one.present, one.late)], parts, marks)
    return entries[::-1]
