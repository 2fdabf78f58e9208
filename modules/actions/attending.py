"""Who was there on a day in person: noted and taken back by trainers, through the page or by machine."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n import gettext, lazy
from app.text import clean_line
from modules import rules
from modules.actions.adding import add_once
from modules.actions.completing import complete, take_back
from modules.models import AttendanceNote, Step
from modules.queries.proofs import noted

LONGEST_REASON = 500
_NOTE: Any = AttendanceNote.__table__


def attend(
    session: Session, step: Step, person: Any, *, present: bool, by: Any, now: datetime, why: str = "",
    client_id: str | None = None,
) -> bool:  # fmt: skip
    """Note that somebody was there, or take it back; whether the presence counts now.

    A note that came before under the same `client_id` changes nothing, whatever was noted since. A presence that has
    counted for more than a day is taken back with a reason only.
    """
    if client_id and not _first(session, step, person, present, by, now, client_id):
        return _noted(session, step, person) is not None
    if present:
        complete(session, step, person, now=now, source="trainer", by=by)
        return True
    reason = clean_line(why, longest=LONGEST_REASON)
    noted_at = _noted(session, step, person)
    if not reason and noted_at and rules.reason_needed(noted_at, now):
        missing = lazy("Say why: this presence has counted for more than a day.")
        raise Invalid(missing, fields={"why": missing})
    take_back(session, step, person, by=by, why=reason or gettext("Noted by mistake"), now=now)
    return False


def _first(session: Session, step: Step, person: Any, present: bool, by: Any, now: datetime, client_id: str) -> bool:
    about = {"person_id": person.id, "step_id": step.id}
    if add_once(session, _NOTE, {"by_id": by.id, "client_id": client_id, **about, "present": present, "at": now}):
        return True
    named = select(AttendanceNote).where(AttendanceNote.by_id == by.id, AttendanceNote.client_id == client_id)
    before = session.scalars(named).one()
    if (before.person_id, before.step_id) != (person.id, step.id):
        raise Invalid(fields={"client_id": lazy("This name was given to another note. Give each its own.")})
    return False


def _noted(session: Session, step: Step, person: Any) -> datetime | None:
    return noted(session, [person.id], [step.id]).get((person.id, step.id))
