"""The key of somebody's calendar. Flush, never commit."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from modules.agenda.models import CalendarKey


def set_key(session: Session, person_id: int, hashed: str, now: datetime) -> None:
    """A new key opens the calendar; the one before opens nothing any more."""
    session.merge(CalendarKey(person_id=person_id, hash=hashed, made_at=now))
    session.flush()


def end_key(session: Session, person_id: int) -> None:
    """No address opens it any more."""
    session.execute(sa.delete(CalendarKey).where(CalendarKey.person_id == person_id))
