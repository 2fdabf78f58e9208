"""Issuing, revoking, and issuing anew under a corrected name. What was issued is never changed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from app.db import new_public_id, refusing
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.models import Cohort, Person
from app.text import clean_line
from modules.actions.adding import add_all
from modules.certificates.models import Certificate, CertificateKey
from modules.certificates.queries.records import standing_of
from modules.certificates.queries.standing import Candidate, Subject
from modules.certificates.rules.claims import Claims, composed
from modules.certificates.rules.earning import Record
from modules.certificates.rules.numbers import new_number
from modules.certificates.rules.signing import key_id, pem_of, sign
from modules.certificates.telling import tell_issued, tell_revoked

LONGEST_REASON = 500
FASTER = lazy("Somebody else has issued certificates here in the meantime. Look at the page again.")
OVER = lazy("This certificate does not stand any more.")
_KEYS: Any = CertificateKey.__table__


@dataclass(frozen=True, slots=True)
class Press:
    """With what certificates are made: the key, the academy's name in their language, the day, and who says so."""

    key: Ed25519PrivateKey
    lang: str
    academy: str
    now: datetime
    today: date
    by: Any


def issue_each(
    session: Session, cohort: Cohort, subject: Subject, candidates: Sequence[Candidate], press: Press
) -> list[Certificate]:
    """A certificate for each of them who has earned one and has none; the same number of statements for all."""
    known = standing_of(session, [each.id for each in candidates], subject)
    fresh = [each for each in candidates if each.record and each.id not in known]
    if not fresh:
        return []
    _publish(session, press)
    rows = [_values(cohort.id, subject, each.id, each.name, each.record, press) for each in fresh if each.record]
    with refusing(session, Conflict(FASTER)):
        session.execute(sa.insert(Certificate), rows)
    numbers = [row["number"] for row in rows]
    made = session.scalars(sa.select(Certificate).where(Certificate.number.in_(numbers))).all()
    tell_issued(session, made, press.now)
    return list(made)


def revoke(session: Session, row: Certificate, why: str, *, by: Any, now: datetime) -> None:
    """It certifies nothing from now on; why is said to its person, and never in public."""
    said = clean_line(why, longest=LONGEST_REASON)
    if not said:
        raise Invalid(fields={"why": lazy("Say why: the person will read it.")})
    if not row.stands:
        raise Conflict(OVER)
    row.revoked_at, row.revoked_by_id, row.revoked_why = now, by.id, said
    session.flush()
    tell_revoked(session, row, now)


def reissue(session: Session, row: Certificate, press: Press) -> Certificate:
    """The same facts under the name that the person has now: a new number, and the old one says what replaced it."""
    person = session.get_one(Person, row.person_id)
    if not row.stands:
        raise Conflict(OVER)
    if composed(person.name) == row.name:
        raise Invalid(fields={"name": lazy("The name is still the same. Correct it in the account first.")})
    row.replaced_at = press.now
    session.flush()
    _publish(session, press)
    subject = Subject("", row.title, row.cycle_id, row.module_id, ())
    values = _values(row.cohort_id, subject, row.person_id, person.name, Record.read(row.record), press)
    made = Certificate(**values, replaces_id=row.id)
    with refusing(session, Conflict(FASTER)):
        session.add(made)
        session.flush()
    tell_issued(session, [made], press.now)
    return made


def specimen(cohort: Cohort, subject: Subject, candidate: Candidate, press: Press) -> Certificate:
    """One that is kept nowhere: to be looked at before it is issued."""
    assert candidate.record
    return Certificate(**_values(cohort.id, subject, candidate.id, candidate.name, candidate.record, press))


def _values(
    cohort_id: int, subject: Subject, person_id: int, name: str, record: Record, press: Press
) -> dict[str, Any]:  # fmt: skip
    number, hours = new_number(press.today.year, secrets.choice), record.hours
    name = composed(name)  # As it is signed.
    claims = Claims(
        number, name, str(subject.title), press.academy, press.today, hours.online, hours.in_person, hours.days,
        press.lang, key_id(press.key.public_key()),
    )  # fmt: skip
    return {
        "public_id": new_public_id(), "number": number, "person_id": person_id, "cohort_id": cohort_id,
        "cycle_id": subject.cycle_id, "module_id": subject.module_id, "name": name, "title": claims.title,
        "academy": press.academy, "lang": press.lang, "record": record.kept(), "key_id": claims.key,
        "signed": sign(claims, press.key), "issued_at": press.now, "issued_by_id": press.by.id,
    }  # fmt: skip


def _publish(session: Session, press: Press) -> None:
    """The public half of the key stays published for as long as a certificate names it."""
    public = press.key.public_key()
    add_all(session, _KEYS, [{"id": key_id(public), "pem": pem_of(public), "since": press.now}])
