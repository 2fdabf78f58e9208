"""What the home page says of certificates."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from app.i18n import ngettext
from app.people.models import Person
from modules.certificates.queries.records import fresh_of
from modules.panels import HomeLine

NEW = timedelta(days=30)


def own_certificates(session: Session, person: Person, now: datetime) -> list[HomeLine]:
    """For whoever was given one in the last month."""
    count = fresh_of(session, person, now - NEW)
    text = ngettext("%(num)d certificate was issued to you.", "%(num)d certificates were issued to you.", count)
    return [HomeLine(text, url_for("certificates.index"), count, "new")]
