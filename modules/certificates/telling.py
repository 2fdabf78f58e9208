"""What people are told of their certificates: the page of notices, and a mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.i18n import lazy
from app.notices.actions import tell_all
from app.notices.kinds import Kind
from modules.certificates.models import Certificate

ISSUED, REVOKED = "certificate_issued", "certificate_revoked"
KINDS = (
    Kind(
        ISSUED,
        lazy("Your certificate: %(title)s"),
        lazy("Your certificate “%(title)s” was issued, number %(number)s. You can download it."),
    ),
    Kind(
        REVOKED,
        lazy("Certificate revoked: %(title)s"),
        lazy("Your certificate “%(title)s”, number %(number)s, was revoked. Its page says why."),
    ),
)


def tell_issued(session: Session, rows: Sequence[Certificate], now: datetime) -> None:
    """Each of them, once."""
    _tell(session, ISSUED, rows, now)


def tell_revoked(session: Session, row: Certificate, now: datetime) -> None:
    """Its person, once."""
    _tell(session, REVOKED, [row], now)


def _tell(session: Session, kind: str, rows: Sequence[Certificate], now: datetime) -> None:
    told = [
        (row.person_id, row.number, f"/certificates/{row.public_id}", {"title": row.title, "number": row.number})
        for row in rows
    ]
    tell_all(session, kind, told, now=now)
