"""One person's account: details, logins, password, sessions, tokens, the right to administer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import once
from app.errors import Invalid
from app.i18n import lazy
from app.people import logins
from app.people.actions import sessions
from app.people.actions.codes import end_codes
from app.people.actions.institutions import forget_unused, institution_named
from app.people.codes import hash_token
from app.people.listing import clean_name
from app.people.logins import Kind
from app.people.models import Administrator, ApiToken, Institution, Login, Person
from app.people.sentences import FLAWS
from app.text import fold

STAMP_EVERY = timedelta(hours=1)
TAKEN = lazy("Somebody else signs in with this.")


@dataclass(frozen=True)
class Details:
    """What is kept about a person beside the logins."""

    name: str
    language: str | None = None
    zone: str | None = None
    country: str | None = None
    gender: str | None = None
    institution: str | None = None


def add_person(session: Session, details: Details, typed: list[tuple[Kind, str]], now: datetime) -> Person:
    """A new person with at least one login; refused, nobody is there."""
    if not typed:
        raise Invalid(fields={"login": FLAWS[logins.Flaw.EMPTY]})
    person = Person(name=clean_name(details.name), language=details.language, created_at=now)
    _describe(session, person, details)
    with session.begin_nested():
        session.add(person)
        session.flush()
        for kind, text in typed:
            add_login(session, person, kind, text)
    return person


def change_details(session: Session, person: Person, details: Details) -> None:
    """Replace what is kept about a person."""
    person.name = clean_name(details.name)
    person.language = details.language
    _describe(session, person, details)
    session.flush()


def refused_logins(session: Session, typed: list[tuple[Kind, str]]) -> dict[str, object]:
    """What would be said of these logins of a new person, for a form that is refused for something else."""
    for kind, text in typed:
        if flaw := logins.flaw(kind, text):
            return {"login": FLAWS[flaw]}
        if session.scalar(sa.select(Login.id).where(Login.folded == logins.fold(kind, text))):
            return {"login": TAKEN}
    return {}


def add_login(session: Session, person: Person, kind: Kind, typed: str) -> Login:
    """One more way to be recognised; a login belongs to one person only."""
    if flaw := logins.flaw(kind, typed):
        raise Invalid(fields={"login": FLAWS[flaw]})
    login = Login(person_id=person.id, kind=kind.value, shown=logins.shown(typed), folded=logins.fold(kind, typed))
    if once(session, login):
        return login
    owner = session.scalar(sa.select(Login.person_id).where(Login.folded == login.folded))
    mine = lazy("This person has this login already.")
    raise Invalid(fields={"login": mine if owner == person.id else TAKEN})


def remove_login(session: Session, person: Person, folded: str) -> None:
    """Take a login away; the last one stays."""
    held = session.scalars(sa.select(Login).where(Login.person_id == person.id).with_for_update()).all()
    if len(held) == 1 and held[0].folded == folded:
        raise Invalid(lazy("A person keeps at least one login: add the new one first."))
    for login in held:
        if login.folded == folded:
            session.delete(login)
    session.flush()


def set_password(session: Session, person: Person, password_hash: str, now: datetime) -> None:
    """A new password, hashed by the door before the transaction; every session and open code of this person ends."""
    person.password_hash = password_hash
    sessions.end_all(session, person, now)
    end_codes(session, [person.id], now)
    session.flush()


def make_token(session: Session, person: Person, token: str, name: str, now: datetime) -> ApiToken:
    """A bearer token, kept only as a hash; one that is kept already stays as it is."""
    row = ApiToken(person_id=person.id, name=clean_name(name), hash=hash_token(token), made_at=now)
    if once(session, row):
        return row
    return session.scalars(sa.select(ApiToken).where(ApiToken.hash == row.hash)).one()


def revoke_token(session: Session, token: ApiToken, now: datetime) -> None:
    """End a token; repeating it changes nothing."""
    token.revoked_at = token.revoked_at or now
    session.flush()


def revoke_tokens(session: Session, person: Person, now: datetime) -> None:
    """End every token of this person."""
    still = sa.update(ApiToken).where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
    session.execute(still.values(revoked_at=now))


def stamp_token(session: Session, token: str, now: datetime) -> None:
    """Note once an hour that a token is still in use."""
    stale = sa.or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < now - STAMP_EVERY)
    session.execute(sa.update(ApiToken).where(ApiToken.hash == hash_token(token), stale).values(last_used_at=now))


def make_administrator(session: Session, person: Person, now: datetime, by: Person | None) -> None:
    """Let a person administer the installation; who does so already goes on."""
    once(session, Administrator(person_id=person.id, at=now, by_id=by and by.id))


def unmake_administrator(session: Session, person: Person, now: datetime, by: Person | None) -> None:
    """End the right to administer; the last administrator stays."""
    rows = session.scalars(sa.select(Administrator).where(Administrator.ended_at.is_(None)).with_for_update()).all()
    if [row.person_id for row in rows] == [person.id]:
        raise Invalid(lazy("There must be at least one administrator: name another one first."))
    for row in rows:
        if row.person_id == person.id:
            row.ended_at, row.ended_by_id = now, by.id if by else None
    session.flush()


def _describe(session: Session, person: Person, details: Details) -> None:
    person.zone, person.country, person.gender = details.zone, details.country, details.gender
    named = clean_name(details.institution or "")
    held = session.get(Institution, person.institution_id) if person.institution_id else None
    if held is not None and held.folded == fold(named):
        return  # Its country need not be the person's.
    person.institution = institution_named(session, named, details.country or "") if named else None
    if held is not None:
        session.flush()
        forget_unused(session, held)
