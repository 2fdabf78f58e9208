"""Which notices somebody may open: her own."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.notices.models import Notice
from app.people.models import Person


def notice_for(session: Session, viewer: Person, public_id: str, now: datetime) -> Notice:
    """One of the viewer's own, once it is due."""
    notice = session.scalar(
        sa.select(Notice).where(
            Notice.public_id == public_id,
            Notice.person_id == viewer.id,
            Notice.cancelled_at.is_(None),
            Notice.due_at <= now,
        )
    )
    if notice is None:
        raise NotFound
    return notice
