"""A trainer writes a word to learners of a cohort; nobody gets two because two trainers wrote at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.notices.actions import WRITTEN, write
from app.notices.models import Notice
from app.people.models import Person


def write_to(
    session: Session, people: Sequence[int], subject: str, text: str, *, by: Any, asked_at: datetime, now: datetime
) -> list[str]:
    """Write to each, but not to whom somebody has written since the form was opened (`asked_at`): their names."""
    rows = session.scalars(sa.select(Person).where(Person.id.in_(people)).order_by(Person.id).with_for_update()).all()
    meanwhile = set(
        session.scalars(
            sa.select(Notice.person_id).where(
                Notice.person_id.in_(people), Notice.kind == WRITTEN, Notice.by_id.is_not(None),
                Notice.made_at > asked_at,
            )
        )
    )  # fmt: skip
    for person in rows:
        if person.id not in meanwhile:
            write(session, by=by, to=person, subject=subject, text=text, now=now)
    return [person.name for person in rows if person.id in meanwhile]
