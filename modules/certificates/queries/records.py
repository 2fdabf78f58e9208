"""Certificates that were issued: of a cohort, of a person, and for whoever checks one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.people.models import Cohort, Person
from modules.certificates.models import Certificate, CertificateKey
from modules.certificates.queries.standing import Subject
from modules.certificates.rules.claims import composed
from modules.certificates.rules.signing import Keys, keys_in
from modules.models import Cycle, Module

_STAND = (Certificate.revoked_at.is_(None), Certificate.replaced_at.is_(None))


@dataclass(frozen=True)
class Issued:
    """A certificate, the number of the one that replaced it, the name of its person today ("" once erased), and the
    public ids of its person, its cohort and what it is of."""

    row: Certificate
    replaced_by: str | None
    person: str
    person_id: str
    cohort_id: str
    of: str


def of_cohort(session: Session, cohort: Cohort, subject: Subject | None = None) -> list[Issued]:
    """All that were issued there, the newest of a person first."""
    wanted = _all().where(Certificate.cohort_id == cohort.id)
    if subject is not None:
        wanted = wanted.where(*_of(subject))
    return _read(session, wanted.order_by(Certificate.name, Certificate.id.desc()))


def of_person(session: Session, person: Any) -> list[Issued]:
    """A person's own, also those of accounts that became this one; the newest first."""
    merged = sa.select(Person.id).where(Person.merged_into_id == person.id)
    whose = sa.or_(Certificate.person_id == person.id, Certificate.person_id.in_(merged))
    return _read(session, _all().where(whose).order_by(Certificate.issued_at.desc(), Certificate.id.desc()))


def fresh_of(session: Session, person: Any, since: datetime) -> int:
    """How many of the person's certificates that stand were issued since then."""
    own = sa.select(sa.func.count()).where(Certificate.person_id == person.id, Certificate.issued_at > since, *_STAND)
    return session.scalar(own) or 0


def standing_of(session: Session, people: Sequence[int], subject: Subject) -> dict[int, Certificate]:
    """The certificate that each of them has of this now."""
    rows = session.scalars(sa.select(Certificate).where(Certificate.person_id.in_(people), *_of(subject), *_STAND))
    return {row.person_id: row for row in rows}


def by_number(session: Session, number: str) -> Issued | None:
    """The one with this number."""
    return next(iter(_read(session, _all().where(Certificate.number == number))), None)


def published(session: Session) -> Keys:
    """All public keys that have signed, by their ids."""
    pems = session.scalars(sa.select(CertificateKey.pem).order_by(CertificateKey.since, CertificateKey.id))
    return {name: key for pem in pems for name, key in keys_in(pem.encode()).items()}


def certified(session: Session, public_id: str) -> str | None:
    """The title under which a cycle or module was certified last, if it ever was."""
    of = sa.func.coalesce(Module.public_id, Cycle.public_id)
    title: str | None = session.scalar(
        sa.select(Certificate.title)
        .join(Cycle, Cycle.id == Certificate.cycle_id)
        .outerjoin(Module, Module.id == Certificate.module_id)
        .where(of == public_id)
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    return title


def revoked(session: Session) -> list[int]:
    """The places in the status list of those that no longer hold."""
    ended = sa.or_(Certificate.revoked_at.is_not(None), Certificate.replaced_at.is_not(None))
    return list(session.scalars(sa.select(Certificate.id).where(ended)))


def _of(subject: Subject) -> tuple[Any, ...]:
    return Certificate.cycle_id == subject.cycle_id, Certificate.module_id.is_not_distinct_from(subject.module_id)


def _all() -> Any:
    after = aliased(Certificate)
    name = sa.case((Person.erased_at.is_(None), Person.name), else_="")
    return (
        sa.select(
            Certificate, after.number, name, Person.public_id, Cohort.public_id,
            sa.func.coalesce(Module.public_id, Cycle.public_id),
        )
        .join(Person, Person.id == Certificate.person_id)
        .join(Cohort, Cohort.id == Certificate.cohort_id)
        .join(Cycle, Cycle.id == Certificate.cycle_id)
        .outerjoin(Module, Module.id == Certificate.module_id)
        .outerjoin(after, after.replaces_id == Certificate.id)
    )  # fmt: skip


def _read(session: Session, statement: Any) -> list[Issued]:
    return [Issued(row[0], row[1], composed(row[2]), *row[3:]) for row in session.execute(statement)]
