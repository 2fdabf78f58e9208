"""Days in person get their sittings: a day or an hour, a place and its zone."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n import lazy
from app.people.models import Cohort
from modules import rules
from modules.actions.building import line
from modules.models import Sitting, Step


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
    """A date for a day in person. Where no hour is known it lasts from the first to the last second of the day."""
    if when.ends and not when.starts:
        raise Invalid(fields={"starts": lazy("Write the hour at which it begins, or no hour at all.")})
    if when.ends and when.starts and when.ends <= when.starts:
        raise Invalid(fields={"ends": lazy("The end comes before the beginning.")})
    starts_at, ends_at = _span(when)
    sitting = Sitting(
        step_id=step.id, cohort_id=cohort.id, place=line(place, "place"), zone=when.zone, day_only=when.starts is None,
        starts_at=starts_at, ends_at=ends_at, at=now, by_id=by and by.id,
    )  # fmt: skip
    session.add(sitting)
    session.flush()
    return sitting


def drop_sitting(session: Session, sitting: Sitting, *, now: datetime, by: Any) -> None:
    """Cancel a date that was set; nobody's attendance hangs on it, and who did it first stands beside it."""
    if sitting.cancelled_at is None:
        sitting.cancelled_at, sitting.cancelled_by_id = now, by and by.id
    session.flush()


def restore_sitting(session: Session, sitting: Sitting) -> None:
    """Bring back a date that was taken back."""
    sitting.cancelled_at = sitting.cancelled_by_id = None
    session.flush()


def _span(when: When) -> tuple[datetime, datetime | None]:
    if when.starts is None:
        return rules.start_of_day(when.day, when.zone), rules.end_of_day(when.day, when.zone)
    ends_at = rules.moment_there(when.day, when.ends, when.zone) if when.ends else None
    return rules.moment_there(when.day, when.starts, when.zone), ends_at
