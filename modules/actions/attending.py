"""Who was there on a day in person: noted and taken back by trainers, one by one or as a list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n import gettext, lazy
from app.people.models import Cohort
from app.text import clean_line
from modules import rules
from modules.actions.adding import add_all
from modules.actions.completing import complete_each, take_back_each
from modules.models import AttendanceNote, Step
from modules.queries.attendance import Noted, dates, standing

LONGEST_REASON = 500
AHEAD = lazy("This day still lies ahead. Say that it is meant, if somebody was already there.")
_NOTE: Any = AttendanceNote.__table__


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted about somebody: there, not there, or nothing any more (None).

    `was` is what its list showed when it was opened; `client_id` names the note for its sender; `field` is where the
    reason was typed.
    """

    person_id: int
    present: bool | None
    why: str = ""
    was: bool | None = None
    client_id: str | None = None
    field: str = "why"


def attend(
    session: Session, cohort: Cohort, step: Step, person: Any, *, present: bool | None, by: Any, now: datetime,
    why: str = "", client_id: str | None = None, sure: bool = False,
) -> bool:  # fmt: skip
    """Note that somebody was there or not, or take the note back (None); whether the presence counts now.

    A note that came before under the same `client_id` changes nothing, whatever was noted since. A presence that has
    counted for more than a day is taken back with a reason only; one on a day that lies ahead is to be `sure`.
    """
    _alone(session, step)
    before = _named(session, by, [client_id] if client_id else []).get(client_id)
    if before and (before.person_id, before.step_id) != (person.id, step.id):
        raise Invalid(fields={"client_id": lazy("This name was given to another note. Give each its own.")})
    today = standing(session, step, [person.id])
    if before:
        return bool(today[person.id].present)
    note = Note(person.id, present, why, client_id=client_id)
    _expect(session, cohort, step, [note], now, sure=sure)
    _write(session, step, [note], today, by, now)
    return bool(present)


def attend_each(
    session: Session, cohort: Cohort, step: Step, notes: Sequence[Note], *, by: Any, now: datetime, sure: bool = False
) -> list[int]:
    """Note a whole list, however long, in the same number of statements. The ids of the people about whom somebody else
    has noted something else since the list was opened: their lines stay as they are."""
    _alone(session, step)
    today = standing(session, step, [note.person_id for note in notes])
    before = _named(session, by, [note.client_id for note in notes if note.client_id])
    new = [each for each in notes if rules.to_write(each.was, today[each.person_id].present, each.present)]
    told = [each for each in new if rules.overtaken(each.was, today[each.person_id].present, each.present)]
    changed = [each for each in new if each not in told and each.client_id not in before]
    if changed:
        _expect(session, cohort, step, changed, now, sure=sure)
        _write(session, step, changed, today, by, now)
    return [each.person_id for each in told]


def _alone(session: Session, step: Step) -> None:
    """Two lists of one day are written one after the other; who only reads the step does not wait."""
    session.execute(select(Step.id).where(Step.id == step.id).with_for_update(key_share=True))


def _expect(session: Session, cohort: Cohort, step: Step, notes: Sequence[Note], now: datetime, *, sure: bool) -> None:
    """Nobody was there yet on a day that lies ahead, unless it is meant."""
    there = any(note.present for note in notes)
    if there and not sure and rules.all_ahead([(one.day, one.zone) for one in dates(session, cohort, step)], now):
        raise Invalid(AHEAD, fields={"sure": AHEAD})


def _named(session: Session, by: Any, names: Collection[str]) -> dict[str | None, AttendanceNote]:
    asked = select(AttendanceNote).where(AttendanceNote.by_id == by.id, AttendanceNote.client_id.in_(names))
    return {note.client_id: note for note in session.scalars(asked)} if names else {}


def _write(
    session: Session, step: Step, notes: Sequence[Note], today: Mapping[int, Noted], by: Any, now: datetime
) -> None:
    whys = _reasons([note for note in notes if not note.present], today, now)
    there = [note.person_id for note in notes if note.present]
    complete_each(session, step, there, now=now, source="trainer", by=by)
    take_back_each(session, step, whys, now=now, by=by)
    shared = {"by_id": by.id, "step_id": step.id, "at": now}
    add_all(session, _NOTE, [
        {**shared, "client_id": each.client_id, "person_id": each.person_id, "present": each.present} for each in notes
    ])  # fmt: skip


def _reasons(gone: Sequence[Note], today: Mapping[int, Noted], now: datetime) -> dict[int, str]:
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
