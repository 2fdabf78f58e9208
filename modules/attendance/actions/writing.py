"""Notes are written, and what they make of the step: done, or taken back with a reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n import gettext, lazy
from app.people.models import Cohort
from app.text import clean_line
from modules import rules
from modules.actions.adding import add_all
from modules.actions.completing import complete_each, take_back_each
from modules.attendance.models import AttendanceNote
from modules.attendance.queries.halves import HalfRow, terms
from modules.attendance.queries.lines import Standing
from modules.attendance.rules import attended
from modules.models import Step

LONGEST_REASON = 500
_NOTE: Any = AttendanceNote.__table__


@dataclass(frozen=True, slots=True)
class About:
    """By which way notes came, and from which device: its random name, its family, and what it took for the time."""

    source: str = "list"
    device: str | None = None
    device_class: str = ""
    device_time: datetime | None = None


LIST = About()


def named(session: Session, by: Any, names: Collection[str]) -> dict[str | None, AttendanceNote]:
    """What came before from this sender under these names."""
    asked = select(AttendanceNote).where(AttendanceNote.by_id == by.id, AttendanceNote.client_id.in_(names))
    return {note.client_id: note for note in session.scalars(asked)} if names else {}


def write(
    session: Session, cohort: Cohort, step: Step, rows: Sequence[HalfRow], half_id: int | None, notes: Sequence[Any],
    today: Mapping[int, Standing], *, by: Any, now: datetime, about: About,
) -> bool:  # fmt: skip
    """Write the notes, complete the step for whom they are enough, and take it back from whom they no longer are.

    Whether the notes are late: of one device, after a later one. They are kept and change nothing.
    """
    late = _late(session, step, half_id, notes, about)
    parts, asked = [row.part for row in rows], terms(session, cohort, step)
    enough = {
        each.person_id: attended(today[each.person_id].after(half_id, each.present, parts), parts, asked)
        for each in ([] if late else notes)
    }
    done = {person_id for person_id, standing in today.items() if standing.since}
    fallen = [n for n in notes if not n.present and n.person_id in done and not enough.get(n.person_id, True)]
    whys = _reasons(fallen, today, now)
    own = about.source in ("code", "later")  # Who notes herself never overrules what was taken back from her.
    there = [person_id for person_id, counts in enough.items() if counts]
    complete_each(session, step, there, now=now, source="code" if own else "trainer", by=None if own else by)
    take_back_each(session, step, whys, now=now, by=by)
    shared = {
        "by_id": by.id, "step_id": step.id, "half_id": half_id, "at": now, "late": late, "source": about.source,
        "device": about.device, "device_class": about.device_class, "device_time": about.device_time,
    }  # fmt: skip
    add_all(session, _NOTE, [
        {
            **shared, "client_id": each.client_id, "person_id": each.person_id, "present": each.present,
            "sequence": each.sequence, "why": whys.get(each.person_id) or clean_line(each.why, longest=LONGEST_REASON),
            "conflict": not late and each.knew and _differs(each, today[each.person_id], half_id, by),
        }
        for each in notes
    ])  # fmt: skip
    return late


def _differs(note: Any, today: Standing, half_id: int | None, by: Any) -> bool:
    """Whether somebody else had noted something else since the sender's list was opened."""
    return today.by != by.id and rules.overtaken(note.was, today.marks.get(half_id), note.present)


def _late(session: Session, step: Step, half_id: int | None, notes: Sequence[Any], about: About) -> bool:
    """Notes with a count come one by one: the device's later note about the same may have been faster."""
    if about.device is None or len(notes) != 1 or notes[0].sequence is None:
        return False
    same = (
        AttendanceNote.device == about.device, AttendanceNote.step_id == step.id, AttendanceNote.half_id == half_id,
        AttendanceNote.person_id == notes[0].person_id,
    )  # fmt: skip
    last = session.scalar(select(func.max(AttendanceNote.sequence)).where(*same))
    return last is not None and last > notes[0].sequence


def _reasons(gone: Sequence[Any], today: Mapping[int, Standing], now: datetime) -> dict[int, str]:
    """Why each presence is taken back, by person; what cannot be said stands beside its field."""
    whys, wrong = {}, {}
    for note in gone:
        try:
            whys[note.person_id] = _reason(note.why, today[note.person_id].since, now)
        except Invalid as refusal:
            wrong[note.field] = refusal.sentence
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    return whys


def _reason(why: str, noted_at: datetime | None, now: datetime) -> str:
    said = clean_line(why, longest=LONGEST_REASON)
    if not said and noted_at and rules.reason_needed(noted_at, now):
        raise Invalid(lazy("Say why: this presence has counted for more than a day."))
    return said or gettext("Noted by mistake")
