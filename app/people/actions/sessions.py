"""Sign-ins: one row for each device, until it is signed out or no longer used."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Person, SignIn

IDLE = timedelta(hours=12)
KEPT_FOR = timedelta(days=31)  # As long as the cookie of who asked to stay.
STAMP_EVERY = timedelta(hours=1)
# Composed once, for every request asks them; `open_at` gives the moments.
OPEN = (
    SignIn.ended_at.is_(None),
    SignIn.last_used_at > sa.bindparam("kept_since"),
    sa.or_(SignIn.kept, SignIn.last_used_at > sa.bindparam("idle_since")),
)


def open_at(now: datetime) -> dict[str, Any]:
    """The values for OPEN."""
    return {"kept_since": now - KEPT_FOR, "idle_since": now - IDLE}


def begin(session: Session, person: Person, device: str, kept: bool, now: datetime) -> SignIn:
    """A new sign-in, which the cookie is to name; the person's rows that are too old to open anything are forgotten."""
    old = SignIn.last_used_at < now - KEPT_FOR
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person.id, old))
    row = SignIn(person_id=person.id, device=device, kept=kept, at=now, last_used_at=now)
    session.add(row)
    session.flush()
    person.sign_in_id = row.public_id
    return row


def end(session: Session, public_id: str, now: datetime) -> None:
    """Sign one device out; repeating it changes nothing."""
    open_still = sa.update(SignIn).where(SignIn.public_id == public_id, SignIn.ended_at.is_(None))
    session.execute(open_still.values(ended_at=now))


def end_all(session: Session, person: Person, now: datetime) -> None:
    """Sign this person out everywhere."""
    open_still = sa.update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    session.execute(open_still.values(ended_at=now))


def renew(session: Session, person: Person, now: datetime) -> SignIn:
    """Sign this person out everywhere; this device gets a new sign-in, for a copy of its cookie may be elsewhere."""
    here = session.scalars(sa.select(SignIn).where(SignIn.public_id == person.sign_in_id)).one()
    end_all(session, person, now)
    return begin(session, person, here.device, here.kept, now)


def stamp(session: Session, public_id: str, now: datetime) -> None:
    """Note that a sign-in is still in use."""
    session.execute(sa.update(SignIn).where(SignIn.public_id == public_id).values(last_used_at=now))


def open_ones(session: Session, person: Person, now: datetime) -> list[SignIn]:
    """The devices on which this person is signed in, the one used last first."""
    wanted = sa.select(SignIn).where(SignIn.person_id == person.id, *OPEN)
    return list(session.scalars(wanted.order_by(SignIn.last_used_at.desc(), SignIn.id.desc()), open_at(now)))
