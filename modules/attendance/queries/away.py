"""Who was noted as not there, as every list of steps says it."""

from collections.abc import Collection, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import lazy
from modules.attendance import rules
from modules.attendance.models import AttendanceNote, Half
from modules.attendance.queries.lines import notes_of
from modules.attendance.rules import Part, Said
from modules.models import Completion, Sitting
from modules.queries.statements import stands
from modules.stands import Stand, Stands


def away(session: Session, people: Collection[int], steps: Sequence[int]) -> Stands:
    """Where no presence counts: "absent", or "there in part" where halves are noted as both. Two statements, the second
    only where something is noted."""
    there = sa.exists().where(
        Completion.person_id == AttendanceNote.person_id, Completion.step_id == AttendanceNote.step_id, stands()
    ).correlate(AttendanceNote)  # fmt: skip
    rows = session.execute(notes_of(people, steps).where(~there)).all()
    parts = _parts(session, {row.step_id for row in rows})
    found: Stands = {}
    for (person_id, step_id), notes in groupby(rows, lambda row: (row.person_id, row.step_id)):
        said = [Said(row.half_id, row.present, row.late) for row in notes]
        marks = set(rules.marks(said, parts.get(step_id, [])).values())
        if False in marks:
            found[person_id, step_id] = Stand(word=lazy("there in part") if True in marks else lazy("absent"))
    return found


def _parts(session: Session, steps: Collection[int]) -> dict[int, list[Part]]:
    if not steps:
        return {}
    found: dict[int, list[Part]] = {}
    asked = sa.select(Sitting.step_id, Half.id, Half.sitting_id, Half.kind, Half.ended_at, Sitting.cancelled_at)
    asked = asked.join(Sitting, Sitting.id == Half.sitting_id).where(Sitting.step_id.in_(steps))
    for step_id, half_id, sitting_id, kind, ended_at, cancelled_at in session.execute(asked):
        part = Part(half_id, sitting_id, kind, ended_at is not None, cancelled_at is not None)
        found.setdefault(step_id, []).append(part)
    return found
