"""Why a certificate was given, and whether it holds (modules.whys): what was frozen in it, to be contested."""

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.i18n import _
from app.people.models import Person
from modules.certificates import words
from modules.certificates.models import Certificate
from modules.certificates.queries import records
from modules.certificates.rules.earning import Record
from modules.whys import Asked, Why

KIND = "certificate"


def why(session: Session, asked: Asked) -> Why | None:
    """One of the person's, or of an account that became this one; a trainer asks in its cohort."""
    whose = sa.or_(Person.id == asked.person_id, Person.merged_into_id == asked.person_id)
    row = session.scalar(
        sa.select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.public_id == asked.about, whose)
    )
    if row is None or (asked.cohort is not None and asked.cohort.id != row.cohort_id):
        return None
    found = records.by_number(session, row.number)
    assert found
    record = Record.read(row.record)
    rules = _("Rule %(number)s of the cycle", number=record.rule) if record.rule else ""
    return Why(
        title=row.title, verdict=_("Certificate %(number)s", number=row.number) + _(": ") + words.state(found),
        rule=rules, facts=[words.module_met(module) for module in record.modules], cohort_id=row.cohort_id,
        back=url_for("certificates.show", public_id=row.public_id),
    )  # fmt: skip
