"""The halves of the dates on which a cohort meets for a step."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort
from modules.attendance.models import Half
from modules.attendance.rules import Part, Terms, current, span, terms_of
from modules.models import Assignment, RuleVersion, Sitting, Step


class HalfRow(NamedTuple):
    """A half with the date that it belongs to."""

    id: int
    public_id: str
    kind: str
    label: str
    starts: time | None
    ends: time | None
    ended_at: datetime | None
    sitting_id: int
    sitting_public_id: str
    day: date
    zone: str
    place: str
    starts_at: datetime
    ends_at: datetime | None
    day_only: bool
    cancelled_at: datetime | None

    @property
    def part(self) -> Part:
        """What rules read of it."""
        return Part(self.id, self.sitting_id, self.kind, self.ended_at is not None, self.cancelled_at is not None)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when it lasts, as far as that is known."""
        return span(self.kind, self.day, self.zone, self.starts, self.ends, (self.starts_at, self.ends_at))


COLUMNS = (
    Half.id, Half.public_id, Half.kind, Half.label, Half.starts, Half.ends, Half.ended_at, Sitting.id,
    Sitting.public_id, Sitting.day, Sitting.zone, Sitting.place, Sitting.starts_at, Sitting.ends_at,
    Sitting.day_only, Sitting.cancelled_at,
)  # fmt: skip


def halves(session: Session, cohort_id: int, step_id: int) -> list[HalfRow]:
    """All halves of the step's dates for the cohort in their order, also those that ended or were taken back."""
    rows = session.execute(
        sa.select(*COLUMNS)
        .join(Sitting, Sitting.id == Half.sitting_id)
        .where(Sitting.step_id == step_id, Sitting.cohort_id == cohort_id)
        .order_by(Sitting.starts_at, Sitting.id, Half.position, Half.id)
    )
    return [HalfRow._make(row) for row in rows]


def to_note(rows: Sequence[HalfRow]) -> list[HalfRow]:
    """Those of which attendance is noted."""
    return [row for row in rows if row.ended_at is None and row.cancelled_at is None]


def chosen(rows: Sequence[HalfRow], wanted: str | None, now: datetime) -> HalfRow | None:
    """Of the halves to note the one that is asked for, else the one that is on now; none where no date is set."""
    there = to_note(rows)
    place = current([row.span for row in there], now)
    named = next((row for row in there if row.public_id == wanted), None)
    return named or (there[place] if place is not None else None)


def terms(session: Session, cohort: Cohort, step: Step) -> Terms:
    """What the rule version that the cohort was given asks of the step."""
    given = (
        sa.select(RuleVersion.terms)
        .join(Assignment, Assignment.rule_version_id == RuleVersion.id)
        .where(Assignment.cohort_id == cohort.id, Assignment.module_id == step.module_id)
    )
    return terms_of((session.scalar(given) or {}).get(step.public_id))
