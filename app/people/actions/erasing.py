"""An account is erased: name, logins and institution go at once, what was seen, done and written stays, under no name.
For thirty days it can be undone; then what was set aside for that goes too. Flush, never commit."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import once
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.actions import accounts, sessions
from app.people.actions.codes import end_codes
from app.people.models import Administrator, Erasure, Login, Membership, Person

UNDONE_WITHIN = timedelta(days=30)
OF_PERSON = ("name", "institution_id", "country", "gender", "password_hash")
OF_LOGIN = ("kind", "shown", "folded")


def erase(session: Session, person: Person, *, by: Person, now: datetime) -> bool:
    """Take away who somebody is; whether this was the press that did it."""
    person = _locked(session, person.id)
    if person.erased_at is not None:
        return False
    if person.id == by.id:
        raise Invalid(lazy("This is your own account: another administrator can erase it."))
    row = Erasure(person_id=person.id, at=now, by_id=by.id, kept=_set_aside(session, person))
    if not once(session, row):
        return False
    for one in _same(session, person):
        one.name, one.institution_id, one.country, one.gender, one.password_hash = "", None, None, None, None
    session.execute(sa.delete(Login).where(Login.person_id == person.id))
    for table in (Membership, Administrator):
        still = sa.update(table).where(table.person_id == person.id, table.ended_at.is_(None))
        session.execute(still.values(ended_at=now, ended_by_id=by.id))
    sessions.end_all(session, person, now)
    accounts.revoke_tokens(session, person, now)
    end_codes(session, [person.id], now)
    person.erased_at, person.erased_by_id = now, by.id
    session.flush()
    return True


def restore(session: Session, row: Erasure, *, by: Person, now: datetime) -> list[str]:
    """Undo it: the logins that somebody else has been given meanwhile, which do not come back."""
    person = _locked(session, row.person_id)
    session.refresh(row, with_for_update=True)
    if row.undone_at is not None:
        return []
    if row.final_at is not None or now - row.at > UNDONE_WITHIN:
        raise Conflict(lazy("Thirty days are over: nobody knows any more whose account this was."))
    for kept in row.kept["people"]:
        one = session.get_one(Person, kept["id"])
        for name in OF_PERSON:
            setattr(one, name, kept[name])
    logins = [(kept, Login(person_id=person.id, **kept)) for kept in row.kept["logins"]]
    taken = [kept["shown"] for kept, login in logins if not once(session, login)]
    for table in (Membership, Administrator):
        again = sa.update(table).where(table.person_id == person.id, table.ended_at == row.at)
        session.execute(again.values(ended_at=None, ended_by_id=None))
    person.erased_at = person.erased_by_id = None
    row.undone_at, row.undone_by_id, row.kept = now, by.id, {}
    session.flush()
    return taken


def forget(session: Session, now: datetime) -> int:
    """What was set aside for longer than thirty days goes; of how many accounts."""
    late = sa.select(Erasure).where(
        Erasure.undone_at.is_(None), Erasure.final_at.is_(None), Erasure.at < now - UNDONE_WITHIN
    )
    rows = session.scalars(late.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.kept, row.final_at = {}, now
    session.flush()
    return len(rows)


def _set_aside(session: Session, person: Person) -> dict[str, Any]:
    logins = session.scalars(sa.select(Login).where(Login.person_id == person.id).order_by(Login.id))
    people = [{"id": one.id} | {name: getattr(one, name) for name in OF_PERSON} for one in _same(session, person)]
    return {"people": people, "logins": [{name: getattr(one, name) for name in OF_LOGIN} for one in logins]}


def _same(session: Session, person: Person) -> list[Person]:
    """With the accounts that became this one, and those that had become them."""
    found, fresh = [person], [person.id]
    while fresh:
        more = session.scalars(sa.select(Person).where(Person.merged_into_id.in_(fresh)).order_by(Person.id)).all()
        fresh = [one.id for one in more]
        found += more
    return found


def _locked(session: Session, person_id: int) -> Person:
    asked = sa.select(Person).where(Person.id == person_id).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()
