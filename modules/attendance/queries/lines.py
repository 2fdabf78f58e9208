"""The list of a day in person: who is noted as there, as not there, or not at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from app.text import fold
from modules.attendance import rules
from modules.attendance.models import AttendanceNote
from modules.attendance.queries.halves import HalfRow
from modules.attendance.rules import Marks, Part, Said
from modules.models import Step
from modules.queries.proofs import noted


class Noted(NamedTuple):
    """There (True), not there (False) or not noted (None), since when a presence counts, and whether two people noted
    different things, one after the other."""

    present: bool | None = None
    since: datetime | None = None
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of each half for one person, who said the newest of each, and since when the step is done."""

    marks: Marks
    since: datetime | None = None
    conflicts: Collection[int | None] = field(default_factory=set)
    by: int | None = None  # Who noted last.

    def of(self, half_id: int | None) -> Noted:
        """What is noted of one half, or of the step."""
        return Noted(self.marks.get(half_id), self.since, half_id in self.conflicts)

    def after(self, half_id: int | None, present: bool | None, parts: Sequence[Part]) -> Marks:
        """What would count once this is noted as well."""
        return rules.marks([Said(half_id, present)], parts, self.marks)


class Line(NamedTuple):
    """A learner of the cohort, and what is noted."""

    id: int
    public_id: str
    name: str
    noted: Noted
    marks: Marks


def attendance(
    session: Session, cohort: Cohort, step: Step, rows: Sequence[HalfRow], half_id: int | None
) -> list[Line]:
    """Everybody who learns in the cohort today, by name. Three statements."""
    people = learners(session, cohort)
    said = standing(session, step, [row.id for row in people], [row.part for row in rows])
    return [Line(row.id, row.public_id, row.name, said[row.id].of(half_id), said[row.id].marks) for row in people]


def learners(session: Session, cohort: Cohort) -> list[Any]:
    """Who learns in the cohort today (id, public id, name), by name."""
    rows = session.execute(
        sa.select(Person.id, Person.public_id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.cohort_id == cohort.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None))
    ).all()
    return sorted(rows, key=lambda row: (fold(row.name), row.id))


def standing(session: Session, step: Step, people: Sequence[int], parts: Sequence[Part]) -> dict[int, Standing]:
    """What is noted about each of these people. Two statements."""
    since = {person_id: at for (person_id, _step), at in noted(session, people, [step.id]).items()}
    rows = session.execute(notes_of(people, [step.id]))
    found = {person_id: _standing(list(notes), parts) for person_id, notes in groupby(rows, itemgetter(0))}
    unsaid: Marks = dict.fromkeys([None, *(part.id for part in parts)], True)
    whole = {person_id: Standing(unsaid if person_id in since else rules.marks([], parts)) for person_id in people}
    return {
        person_id: Standing(each.marks, since.get(person_id), each.conflicts, each.by)
        for person_id, each in (whole | found).items()
    }


def _standing(notes: Sequence[Any], parts: Sequence[Part]) -> Standing:
    newest: dict[int | None, bool] = {}
    for row in notes:
        if not row.late:
            newest[row.half_id] = row.conflict
    return Standing(
        rules.marks([Said(row.half_id, row.present, row.late) for row in notes], parts),
        by=next((row.by_id for row in reversed(notes) if not row.late), None),
        conflicts={half_id for half_id, conflict in newest.items() if conflict},
    )


def notes_of(people: Collection[int], steps: Sequence[int]) -> Any:
    """All that was noted about these people on these steps, in its order."""
    note = AttendanceNote
    return (
        sa.select(note.person_id, note.step_id, note.half_id, note.present, note.late, note.conflict, note.by_id)
        .where(note.person_id.in_(people), note.step_id.in_(steps))
        .order_by(note.person_id, note.step_id, note.id)
    )
