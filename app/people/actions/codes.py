"""One-time codes: made for people, told to who made them for half an hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.codes import SHOWN_FOR, VALID_FOR, code_of, hash_code, new_seed
from app.people.models import Login, Person, SignInCode


@dataclass(frozen=True)
class Card:
    """What is handed out: whose code it is, with what this person signs in later, and until when it works."""

    person: Person
    logins: list[Login]
    code: str
    until: datetime


def make_code(session: Session, person: Person, key: str, now: datetime, by: Person | None) -> str:
    """A one-time code for this person; codes that were made before and not used end with it."""
    return make_codes(session, [person], key, now, by)[0]


def make_codes(session: Session, people: Sequence[Person], key: str, now: datetime, by: Person | None) -> list[str]:
    """The same for many, in their order."""
    ids = [person.id for person in people]
    end_codes(session, ids, now)
    made = []
    for person_id in ids:
        seed = new_seed()
        made.append(code_of(seed, key))
        session.add(
            SignInCode(
                person_id=person_id, seed=seed, hash=hash_code(made[-1], key), made_at=now, made_by_id=by and by.id,
                expires_at=now + VALID_FOR,
            )
        )  # fmt: skip
    session.flush()
    return made


def end_codes(session: Session, person_ids: Sequence[int], now: datetime) -> None:
    """Codes of these people that nobody has used open nothing any more."""
    open_ones = sa.update(SignInCode).where(SignInCode.person_id.in_(person_ids), *still_good(now))
    session.execute(open_ones.values(expires_at=now))


def fresh_codes(session: Session, people: Sequence[Person], key: str, now: datetime, by: Person) -> list[Card]:
    """The codes of these people that `by` made a short while ago and nobody has used; nobody else is told them."""
    by_id = {person.id: person for person in people}
    fresh = sa.select(SignInCode).where(
        SignInCode.person_id.in_(by_id), SignInCode.made_by_id == by.id, SignInCode.made_at > now - SHOWN_FOR
    )
    rows = {row.person_id: row for row in session.scalars(fresh.where(*still_good(now)))}
    logins: dict[int, list[Login]] = {}
    for login in session.scalars(sa.select(Login).where(Login.person_id.in_(rows)).order_by(Login.id)):
        logins.setdefault(login.person_id, []).append(login)
    return [
        Card(person, logins.get(person.id, []), code_of(rows[person.id].seed, key), rows[person.id].expires_at)
        for person in people
        if person.id in rows
    ]


def still_good(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Codes that open the door."""
    return SignInCode.used_at.is_(None), SignInCode.expires_at > now
