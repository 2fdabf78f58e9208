"""Which certificates somebody may open: one's own, those of cohorts that one leads, all for administrators."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.people.access import cohort_for
from app.people.models import Cohort, Person
from app.people.rules import Role
from modules.certificates.models import Certificate


def own(session: Session, person: Person, public_id: str) -> Certificate:
    """One's own, or that of an account that became this one."""
    row = _one(session, public_id)
    whose = session.get_one(Person, row.person_id)
    if person.id not in {whose.id, whose.merged_into_id}:
        raise NotFound
    return row


def led(session: Session, person: Person, public_id: str) -> tuple[Certificate, Cohort]:
    """One of a cohort that the person leads, with the cohort."""
    row = _one(session, public_id)
    cohort = session.get_one(Cohort, row.cohort_id)
    return row, cohort_for(session, person, cohort.public_id)


def readable(session: Session, person: Person, public_id: str) -> Certificate:
    """Either of them."""
    try:
        return own(session, person, public_id)
    except NotFound:
        return led(session, person, public_id)[0]


def leads(session: Session, person: Person, row: Certificate) -> bool:
    """Whether the person may revoke it and issue it anew."""
    return bool(person.is_admin or person.holds(Role.TRAINER, [row.cohort_id]))


def _one(session: Session, public_id: str) -> Certificate:
    row = session.scalar(sa.select(Certificate).where(Certificate.public_id == public_id))
    if row is None:
        raise NotFound
    return row
