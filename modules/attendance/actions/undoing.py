"""A list that was saved by a slip of the hand is taken back as a whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.people.models import Cohort
from modules.attendance.actions.noting import Note, attend_each
from modules.attendance.actions.writing import About
from modules.attendance.queries.halves import HalfRow
from modules.attendance.queries.sheets import before_sheet
from modules.models import Step


def undo(
    session: Session, cohort: Cohort, step: Step, sheet: str, rows: Sequence[HalfRow], *, by: Any, now: datetime,
    about: About,
) -> int:  # fmt: skip
    """Note again what counted before this list of the sender; how many lines stay, for somebody noted more since."""
    found = before_sheet(session, step, by, sheet, [row.part for row in rows])
    halves, told = {row.id: row for row in rows}, 0
    for half_id in {half_id for half_id, _said, _was in found.values()}:
        notes = [
            Note(person_id, was, was=said, client_id=f"un{sheet}-{person_id}")
            for person_id, (of_half, said, was) in found.items()
            if of_half == half_id
        ]
        half = halves[half_id] if half_id is not None else None
        told += len(attend_each(session, cohort, step, notes, by=by, now=now, sure=True, half=half, about=about))
    return told
