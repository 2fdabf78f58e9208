"""The erased accounts that can still come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.people.actions.erasing import UNDONE_WITHIN
from app.people.models import Erasure, Person


@dataclass(frozen=True)
class Erased:
    """One of them, with what was set aside; `by` None: that account is erased too."""

    public_id: str
    name: str
    logins: Sequence[str]
    at: datetime
    by: str | None
    until: datetime


def erased(session: Session, now: datetime) -> list[Erased]:
    """The newest first."""
    by = aliased(Person)
    asked = (
        sa.select(Erasure, Person.public_id, by.name)
        .join(Person, Person.id == Erasure.person_id)
        .outerjoin(by, by.id == Erasure.by_id)
        .where(Erasure.undone_at.is_(None), Erasure.final_at.is_(None), Erasure.at > now - UNDONE_WITHIN)
        .order_by(Erasure.at.desc(), Erasure.id.desc())
    )
    return [
        Erased(public_id, row.kept["people"][0]["name"], [login["shown"] for login in row.kept["logins"]],
               row.at, name or None, row.at + UNDONE_WITHIN)
        for row, public_id, name in session.execute(asked)
    ]  # fmt: skip
