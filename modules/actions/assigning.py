"""Modules are given to cohorts with dates, and taken back; each decision leaves a dated row."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import once
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.models import Cohort
from modules import rules
from modules.actions.finishing import settle
from modules.actions.governing import newest_rules
from modules.models import Assignment, AssignmentChange, Module
from modules.queries.filled import days_said


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day of a module, as they are said in a zone."""

    opens: date | None
    due: date | None
    zone: str


def days_of(assignment: Assignment) -> Days:
    """What the days of an assignment are where they were said."""
    return Days(**days_said(assignment))


def assign(
    session: Session, cohort: Cohort, module: Module, *, opens: date | None, due: date | None, now: datetime, by: Any
) -> Assignment:
    """Give a module to a cohort: it opens when the first day begins there, is due when the last one ends.

    A cohort that had the module before comes back to the rules it began with; newer ones are a decision of their own.
    """
    days = _checked(Days(opens, due, cohort.zone))
    rule_version_id = _rules_before(session, cohort, module) or newest_rules(session, module.id, now).id
    row = Assignment(
        cohort_id=cohort.id, module_id=module.id, rule_version_id=rule_version_id, at=now, by_id=by and by.id,
        zone=days.zone, opens_at=_first(days), due_at=_last(days),
    )  # fmt: skip
    return _given(session, row, now, by)


def set_days(session: Session, assignment: Assignment, days: Days, *, now: datetime, by: Any) -> None:
    """Change the days of a module that a cohort has; days that are said as before keep their moments."""
    known = days_of(assignment)
    if _checked(days) == known:
        return
    kept = days.zone == known.zone
    if not (kept and days.opens == known.opens):
        assignment.opens_at = _first(days)
    if not (kept and days.due == known.due):
        assignment.due_at = _last(days)
    assignment.zone = days.zone
    note(session, assignment, "dates", now=now, by=by)


def withdraw(session: Session, assignment: Assignment, *, now: datetime, by: Any) -> None:
    """Take a module from a cohort. What its people have seen and done stays on record and returns with the module."""
    note(session, assignment, "withdrawn", now=now, by=by)
    session.delete(assignment)
    session.flush()


def give_back(session: Session, change: AssignmentChange, *, now: datetime, by: Any) -> Assignment:
    """Undo a withdrawal: the cohort has the module under the rules and with the days that it had."""
    row = Assignment(
        cohort_id=change.cohort_id, module_id=change.module_id, rule_version_id=change.rule_version_id, at=now,
        by_id=by and by.id, zone=change.zone, opens_at=change.opens_at, due_at=change.due_at,
    )  # fmt: skip
    return _given(session, row, now, by)


def note(session: Session, assignment: Assignment, what: str, *, now: datetime, by: Any) -> None:
    """Put what was decided beside the assignment, as it stands after it."""
    session.add(
        AssignmentChange(
            cohort_id=assignment.cohort_id, module_id=assignment.module_id, what=what, at=now, by_id=by and by.id,
            rule_version_id=assignment.rule_version_id, opens_at=assignment.opens_at, due_at=assignment.due_at,
            zone=assignment.zone,
        )
    )  # fmt: skip
    session.flush()


def _given(session: Session, row: Assignment, now: datetime, by: Any) -> Assignment:
    if not once(session, row):
        raise Conflict(lazy("Somebody has just given this module to the cohort. Look at its dates."))
    note(session, row, "given", now=now, by=by)
    settle(session, row.module_id, None, now=now)
    return row


def _checked(days: Days) -> Days:
    if days.opens and days.due and days.due < days.opens:
        raise Invalid(fields={"due": lazy("The last day comes before the first one.")})
    return days


def _first(days: Days) -> datetime | None:
    return rules.start_of_day(days.opens, days.zone) if days.opens else None


def _last(days: Days) -> datetime | None:
    return rules.end_of_day(days.due, days.zone) if days.due else None


def _rules_before(session: Session, cohort: Cohort, module: Module) -> int | None:
    return session.scalar(
        sa.select(AssignmentChange.rule_version_id)
        .where(AssignmentChange.cohort_id == cohort.id, AssignmentChange.module_id == module.id)
        .order_by(AssignmentChange.id.desc())
        .limit(1)
    )
