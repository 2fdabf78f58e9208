"""Cohorts, and who takes part in them since when and until when."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.db import once, refusing
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.listing import clean_name
from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from app.prints import print_of

NAME_TAKEN = lazy(
    "An open cohort has this name already; neither capitals nor accents count."
    " Add what tells them apart, such as the year or the place."
)
NAME_TAKEN_MEANWHILE = lazy("An open cohort has its name now. Change one of the two names, then bring it back.")


def make_cohort(session: Session, name: str, zone: str, now: datetime) -> Cohort:
    """A new cohort in its time zone."""
    cohort = Cohort(name=clean_name(name), zone=zone, created_at=now)
    with refusing(session, Invalid(fields={"name": NAME_TAKEN})):
        session.add(cohort)
    return cohort


def content(cohort: Cohort) -> dict[str, Any]:
    """What the form of a cohort holds when it is opened."""
    return {"name": cohort.name, "zone": cohort.zone}


def unchanged(session: Session, cohort: Cohort, began: str | None) -> bool:
    """Whether the cohort is still what its form began from; nobody else changes it until this transaction ends."""
    session.refresh(cohort, with_for_update=True)
    return not began or began == print_of(content(cohort))


def change_cohort(session: Session, cohort: Cohort, name: str, zone: str) -> None:
    """Another name or zone: deadlines already set keep their moment."""
    with refusing(session, Invalid(fields={"name": NAME_TAKEN})):
        cohort.name, cohort.zone = clean_name(name), zone


def archive(session: Session, cohort: Cohort, now: datetime, by: Person | None) -> None:
    """Put a cohort away: its roles open nothing until `restore`; what its members did stays."""
    if cohort.archived_at is None:
        cohort.archived_at, cohort.archived_by_id = now, by.id if by else None
    session.flush()


def restore(session: Session, cohort: Cohort) -> None:
    """Bring an archived cohort back."""
    with refusing(session, Conflict(NAME_TAKEN_MEANWHILE)):
        cohort.archived_at = cohort.archived_by_id = None


def enrol(session: Session, cohort: Cohort, person: Person, role: Role, now: datetime, by: Person | None) -> bool:
    """Give a person a role in a cohort from now on, also one that had ended; False when it is held already."""
    row = Membership(person_id=person.id, cohort_id=cohort.id, role=role.value, since=now, by_id=by and by.id)
    return once(session, row)


def end_membership(session: Session, membership: Membership, now: datetime, by: Person) -> None:
    """End a role today; what the person did stays."""
    if membership.ended_at is None:
        membership.ended_at, membership.ended_by_id = now, by.id
    session.flush()
