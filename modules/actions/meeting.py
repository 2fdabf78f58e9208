"""Days in person get their sittings: a day or an hour, a place and its zone."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import once
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.models import Cohort
from modules import rules
from modules.actions.building import line
from modules.models import Sitting, Step

TAKEN = lazy("This cohort already has a date on this day.")


@dataclass(frozen=True, slots=True)
class When:
    """A day, in the clock of a place's zone; without hours only the day is known."""

    day: date
    zone: str
    starts: time | None = None
    ends: time | None = None


def add_sitting(
    session: Session, step: Step, cohort: Cohort, when: When, *, place: str, now: datetime, by: Any
) -> Sitting:
    """A date for a day in person; a cohort has one on a day."""
    sitting = Sitting(step_id=step.id, cohort_id=cohort.id, at=now, by_id=by and by.id, **_columns(when, place))
    if not once(session, sitting):
        raise Invalid(fields={"day": TAKEN})
    return sitting


def move_sitting(session: Session, sitting: Sitting, when: When, *, place: str, now: datetime) -> None:
    """Another day, hour or place. Attendance hangs on the step, so that it stays."""
    if sitting.cancelled_at is not None:
        raise Conflict(lazy("This date has been taken back. Bring it back before you change it."))
    if not _kept(session, sitting, changed_at=now, **_columns(when, place)):
        raise Invalid(fields={"day": TAKEN})


def drop_sitting(session: Session, sitting: Sitting, *, now: datetime, by: Any) -> None:
    """Cancel a date that was set; nobody's attendance hangs on it, and who did it first stands beside it."""
    if sitting.cancelled_at is None:
        sitting.cancelled_at, sitting.cancelled_by_id = now, by and by.id
    session.flush()


def restore_sitting(session: Session, sitting: Sitting, *, now: datetime) -> None:
    """Bring back a date that was taken back, where no other has come in its place."""
    if not _kept(session, sitting, changed_at=now, cancelled_at=None, cancelled_by_id=None):
        raise Conflict(TAKEN)


def _kept(session: Session, sitting: Sitting, **columns: Any) -> bool:
    try:
        with session.begin_nested():
            for name, value in columns.items():
                setattr(sitting, name, value)
    except IntegrityError:
        return False
    return True


def _columns(when: When, place: str) -> dict[str, Any]:
    if when.ends and not when.starts:
        raise Invalid(fields={"starts": lazy("Write the hour at which it begins, or no hour at all.")})
    if when.ends and when.starts and when.ends <= when.starts:
        raise Invalid(fields={"ends": lazy("The end comes before the beginning.")})
    starts_at, ends_at = rules.span_there(when.day, when.starts, when.ends, when.zone)
    return {
        "day": when.day, "zone": when.zone, "day_only": when.starts is None, "starts_at": starts_at, "ends_at": ends_at,
        "place": line(place, "place"),
    }  # fmt: skip
