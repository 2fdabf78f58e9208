"""Coming in: by login and password, or by a one-time code. A try is on record before anything slow looks at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.errors import TooMany
from app.i18n import ngettext
from app.people import access, attempts, known_devices, passwords
from app.people.actions.codes import still_good
from app.people.codes import hash_code, read_code
from app.people.logins import spellings
from app.people.models import Login, Person, SignInCode, SignInTry

_TURNSTILE = 0x616C6761  # Any number that no other lock has.


@dataclass(frozen=True)
class Knock:
    """Who may stand at the door: found by login or code in a short reading, before anything slow."""

    folded: str | None  # None: by a code.
    person_id: int | None = None
    password_hash: str | None = None
    code_id: int | None = None
    device: str | None = None  # Known as one of this person's.


def knock(session: Session, typed: str, cookie: str, secret: str) -> Knock:
    """Look a login up; `cookie` is what the browser shows as a known device, of this person or of others."""
    folded = spellings(typed)
    wanted = sa.select(Login.folded, Person).join(Person, Person.id == Login.person_id).where(Login.folded.in_(folded))
    found = dict(session.execute(wanted).all())
    key = next((key for key in folded if key in found), folded[0])
    person = found.get(key)
    if person is None or not access.admits(person):
        return Knock(key)
    device = known_devices.read(cookie, person.public_id, _until_changed(session, person), secret)
    return Knock(key, person.id, person.password_hash, device=device)


def knock_with_code(session: Session, typed: str, key: str, now: datetime) -> Knock:
    """Look a one-time code up."""
    wanted = sa.select(SignInCode.id, Person).join(Person, Person.id == SignInCode.person_id)
    wanted = wanted.where(SignInCode.hash == hash_code(read_code(typed), key), *still_good(now))
    found = session.execute(wanted).one_or_none()
    if found is None or not access.admits(found[1]):
        return Knock(None)
    return Knock(None, found[1].id, code_id=found[0])


def reserve(session: Session, knocking: Knock, address: str, now: datetime) -> int:
    """Take one of the tries that are left, else `TooMany`; the id of the try. In a transaction of its own, and one at a
    time, so that tries sent together cannot all see the same last one. Tries that count no longer are forgotten."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time by itself.
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURNSTILE)))
    session.execute(sa.delete(SignInTry).where(SignInTry.at < now - attempts.WINDOW))
    network = attempts.network(address)
    _refuse_during(_pause(session, knocking, network, now))
    made = SignInTry(folded=knocking.folded, network=network, device=knocking.device, at=now)
    session.add(made)
    session.flush()
    return made.id


def enter(session: Session, admitted: Knock, try_id: int, password: str) -> Person:
    """The person whose password was right; the mistakes made from here are forgotten, those made elsewhere count on."""
    person = session.get_one(Person, admitted.person_id)
    network = sa.select(SignInTry.network).where(SignInTry.id == try_id).scalar_subquery()
    unknown = SignInTry.device.is_(None), SignInTry.folded == admitted.folded, SignInTry.network == network
    mine = (SignInTry.device == admitted.device,) if admitted.device else unknown
    session.execute(sa.delete(SignInTry).where(*mine))
    if passwords.outdated(person.password_hash):
        person.password_hash = passwords.hashed(password)
    return person


def enter_with_code(session: Session, admitted: Knock, try_id: int, now: datetime) -> Person | None:
    """The person of a code, which is used up by this; None when somebody was faster."""
    used = sa.update(SignInCode).where(SignInCode.id == admitted.code_id, *still_good(now)).values(used_at=now)
    if session.execute(used).rowcount != 1:  # type: ignore[attr-defined]
        return None
    session.execute(sa.delete(SignInTry).where(SignInTry.id == try_id))
    return session.get_one(Person, admitted.person_id)


def device_cookie(session: Session, person: Person, cookie: str, secret: str) -> str:
    """What this person's browser is to keep and show at the next try: the device it showed, or else a new one, before
    those of others who share it. It ends with the password, and with a new code: who asks for one may have lost it."""
    until_changed = _until_changed(session, person)
    device = known_devices.read(cookie, person.public_id, until_changed, secret) or known_devices.new_device()
    return known_devices.with_newest(cookie, known_devices.signed(device, person.public_id, until_changed, secret))


def _until_changed(session: Session, person: Person) -> str:
    newest = session.scalar(sa.select(sa.func.max(SignInCode.id)).where(SignInCode.person_id == person.id))
    return f"{person.password_hash} {newest}"


def _pause(session: Session, knocking: Knock, network: str, now: datetime) -> timedelta:
    folded = knocking.folded
    tries = sa.select(SignInTry.network, SignInTry.folded, SignInTry.at).where(SignInTry.at > now - attempts.WINDOW)
    if knocking.device is not None:
        by_device = session.execute(tries.where(SignInTry.device == knocking.device)).all()
        return attempts.wait([([row.at for row in by_device], attempts.PER_DEVICE)], now)
    tries = tries.where(SignInTry.device.is_(None))
    if folded is None:
        by_code = session.execute(tries.where(SignInTry.folded.is_(None), SignInTry.network == network)).all()
        return attempts.wait([([row.at for row in by_code], attempts.CODES_PER_NETWORK)], now)
    by_name = SignInTry.folded.is_not(None), sa.or_(SignInTry.folded == folded, SignInTry.network == network)
    rows = session.execute(tries.where(*by_name)).all()
    of_login = [row for row in rows if row.folded == folded]
    counted = [
        ([row.at for row in of_login if row.network == network], attempts.PER_LOGIN_AND_NETWORK),
        ([row.at for row in of_login], attempts.PER_LOGIN),
        ([row.at for row in rows if row.network == network], attempts.PER_NETWORK),
    ]
    return attempts.wait(counted, now)


def _refuse_during(pause: timedelta) -> None:
    if pause:
        seconds = int(pause.total_seconds()) + 1
        sentence = ngettext(
            "Too many tries. Wait %(num)d minute, then try again.",
            "Too many tries. Wait %(num)d minutes, then try again.",
            -(-seconds // 60),
        )
        raise TooMany(sentence, retry_after=seconds)
