"""Who was there on a day in person: noted and taken back by trainers, one by one or as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n import lazy
from app.people.models import Cohort
from modules import rules
from modules.attendance.actions.writing import LIST, About, named, write
from modules.attendance.queries.halves import HalfRow, halves, to_note
from modules.attendance.queries.lines import standing
from modules.models import Step

AHEAD = lazy("This day still lies ahead. Say that it is meant, if somebody was already there.")


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted about somebody: there, not there, or nothing any more (None).

    `was` is what its list showed when it was opened; `client_id` names the note for its sender; `field` is where the
    reason was typed. `knew`: the sender said what its list showed.
    """

    person_id: int
    present: bool | None
    why: str = ""
    was: bool | None = None
    client_id: str | None = None
    field: str = "why"
    sequence: int | None = None
    knew: bool = True


def attend(
    session: Session, cohort: Cohort, step: Step, person: Any, *, present: bool | None, by: Any, now: datetime,
    why: str = "", client_id: str | None = None, sure: bool = False, half: HalfRow | None = None, about: About = LIST,
    was: bool | None = None, knew: bool = False, sequence: int | None = None,
) -> bool:  # fmt: skip
    """Note that somebody was there or not, or take the note back (None); whether the presence counts now.

    A note that came before under the same `client_id` changes nothing, whatever was noted since. One that comes after
    a later one of the same device is kept and does not count. A presence that has counted for more than a day is taken
    back with a reason only; one on a day that lies ahead is to be `sure`. Without a half it is about all of them.
    """
    _alone(session, step)
    rows, half_id = halves(session, cohort.id, step.id), half and half.id
    before = named(session, by, [client_id] if client_id else []).get(client_id)
    if before and (before.person_id, before.step_id, before.half_id) != (person.id, step.id, half_id):
        raise Invalid(fields={"client_id": lazy("This name was given to another note. Give each its own.")})
    today = standing(session, step, [person.id], [row.part for row in rows])
    if before:
        return bool(today[person.id].of(half_id).present)
    note = Note(person.id, present, why, was, client_id, sequence=sequence, knew=knew)
    _expect(rows, half, [note], now, sure=sure)
    late = write(session, cohort, step, rows, half_id, [note], today, by=by, now=now, about=about)
    return bool(today[person.id].of(half_id).present if late else present)


def attend_each(
    session: Session, cohort: Cohort, step: Step, notes: Sequence[Note], *, by: Any, now: datetime, sure: bool = False,
    half: HalfRow | None = None, about: About = LIST,
) -> list[int]:  # fmt: skip
    """Note a whole list, however long, in the same number of statements. The ids of the people about whom somebody else
    has noted something else since the list was opened: their lines stay as they are."""
    _alone(session, step)
    rows, half_id = halves(session, cohort.id, step.id), half and half.id
    today = standing(session, step, [note.person_id for note in notes], [row.part for row in rows])
    before = named(session, by, [note.client_id for note in notes if note.client_id])
    now_said = {note.person_id: today[note.person_id].of(half_id).present for note in notes}
    new = [each for each in notes if rules.to_write(each.was, now_said[each.person_id], each.present)]
    told = [each for each in new if rules.overtaken(each.was, now_said[each.person_id], each.present)]
    changed = [each for each in new if each not in told and each.client_id not in before]
    if changed:
        _expect(rows, half, changed, now, sure=sure)
        write(session, cohort, step, rows, half_id, changed, today, by=by, now=now, about=about)
    return [each.person_id for each in told]


def _alone(session: Session, step: Step) -> None:
    """Two lists of one day are written one after the other; who only reads the step does not wait."""
    session.execute(select(Step.id).where(Step.id == step.id).with_for_update(key_share=True))


def _expect(rows: Sequence[HalfRow], half: HalfRow | None, notes: Sequence[Note], now: datetime, *, sure: bool) -> None:
    """Nobody was there yet on a day that lies ahead, unless it is meant."""
    there = any(note.present for note in notes)
    days = [(row.day, row.zone) for row in ([half] if half else to_note(rows))]
    if there and not sure and rules.all_ahead(days, now):
        raise Invalid(AHEAD, fields={"sure": AHEAD})
