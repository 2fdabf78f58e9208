"""Who somebody is, and which people and cohorts they may open: the only loads by an id that somebody typed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.people.actions import sessions
from app.people.codes import hash_token
from app.people.models import (
    AccountMerge,
    Administrator,
    ApiToken,
    Cohort,
    Erasure,
    Institution,
    Membership,
    Person,
    SignIn,
)
from app.people.rules import Role
from app.web.addresses import nearby
from app.web.session import after_answer

# Asked on every request, so composed once. The roles of an archived cohort open nothing until it is brought back.
_WITH_ROLES = (
    sa.select(Person, Administrator.id, Cohort.id, Cohort.name, Membership.role)
    .outerjoin(Administrator, sa.and_(Administrator.person_id == Person.id, Administrator.ended_at.is_(None)))
    .outerjoin(Membership, sa.and_(Membership.person_id == Person.id, Membership.ended_at.is_(None)))
    .outerjoin(Cohort, sa.and_(Cohort.id == Membership.cohort_id, Cohort.archived_at.is_(None)))
)
_UNREAD: list[Callable[[], Any]] = []
_BY_TOKEN = _WITH_ROLES.join(ApiToken, ApiToken.person_id == Person.id).where(
    ApiToken.hash == sa.bindparam("hash"), ApiToken.revoked_at.is_(None)
)


def load_person(session: Session, credential: str, now: datetime) -> Person | None:
    """The person whose sign-in the session cookie names, with roles, in one statement."""
    rows = session.execute(_by_session(), {"public_id": credential, "now": now} | sessions.open_at(now)).all()
    person = _assembled(rows)
    if person is not None:
        person.sign_in_id, person.unread = credential, rows[0].unread
        if rows[0].last_used_at < now - sessions.STAMP_EVERY:
            after_answer(partial(sessions.stamp, public_id=credential, now=now))
    return person


def person_for_token(session: Session, token: str) -> Person | None:
    """The person of a bearer token with roles, in one statement."""
    return _assembled(session.execute(_BY_TOKEN, {"hash": hash_token(token)}).all())


def count_with_person(unread: Callable[[], Any]) -> None:
    """Let a room above say, as a column of the statement that loads the viewer, how much she has not read."""
    _UNREAD[:] = [unread]
    _by_session.cache_clear()


def admits(person: Person) -> bool:
    """Whether this account may be used at all: accounts of the demonstration only where `./run` serves them."""
    if person.erased_at is not None or person.merged_into_id is not None:
        return False
    return person.demonstration_at is None or (bool(current_app.config["HOUSE"].demonstration) and nearby())


def person_for(session: Session, viewer: Person, public_id: str) -> Person:
    """A person with institution: administrators open all, everybody opens themselves. What became a part of another
    account has no page of its own."""
    wanted = sa.select(Person).where(Person.public_id == public_id, Person.erased_at.is_(None))
    wanted = wanted.where(Person.merged_into_id.is_(None))
    person = session.scalar(wanted.options(joinedload(Person.institution)))
    if person is None or not (viewer.is_admin or person.id == viewer.id):
        raise NotFound
    return person


def became(session: Session, public_id: str) -> str | None:
    """The account that this one is a part of now, by its public id, for administrators."""
    gone = session.scalar(sa.select(Person).where(Person.public_id == public_id))
    while gone is not None and gone.merged_into_id is not None:
        gone = session.get(Person, gone.merged_into_id)
        if gone is not None and gone.merged_into_id is None and gone.erased_at is None:
            return gone.public_id
    return None


def merge_for(session: Session, kept: Person, gone_id: str) -> AccountMerge:
    """The newest merge by which this account became a part of that one, undone or not."""
    wanted = sa.select(AccountMerge).join(Person, Person.id == AccountMerge.gone_id)
    wanted = wanted.where(AccountMerge.kept_id == kept.id, Person.public_id == gone_id)
    row = session.scalar(wanted.order_by(AccountMerge.id.desc()).limit(1))
    if row is None:
        raise NotFound
    return row


def erasure_for(session: Session, public_id: str) -> Erasure:
    """The newest erasure of this account, for administrators."""
    wanted = sa.select(Erasure).join(Person, Person.id == Erasure.person_id).where(Person.public_id == public_id)
    row = session.scalar(wanted.order_by(Erasure.id.desc()).limit(1))
    if row is None:
        raise NotFound
    return row


def cohort_for(session: Session, viewer: Person, public_id: str, role: Role | None = Role.TRAINER) -> Cohort:
    """A cohort: administrators open all, others those in which they hold the role (None: any role)."""
    cohort = session.scalar(sa.select(Cohort).where(Cohort.public_id == public_id))
    if cohort is None or not (viewer.is_admin or _takes_part(viewer, cohort, role)):
        raise NotFound
    return cohort


def institution_for(session: Session, public_id: str) -> Institution:
    """An institution, for administrators."""
    found = session.scalar(sa.select(Institution).where(Institution.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def membership_for(session: Session, cohort: Cohort, person_id: str, role: str) -> Membership:
    """The newest membership of a person in a cohort under this role, with the person."""
    wanted = sa.select(Membership).join(Membership.person).options(joinedload(Membership.person))
    wanted = wanted.where(Membership.cohort_id == cohort.id, Person.public_id == person_id, Membership.role == role)
    membership = session.scalar(wanted.order_by(Membership.id.desc()).limit(1))
    if membership is None:
        raise NotFound
    return membership


def token_for(session: Session, owner: Person, public_id: str) -> ApiToken:
    """One of the owner's own tokens."""
    wanted = sa.select(ApiToken).where(ApiToken.public_id == public_id, ApiToken.person_id == owner.id)
    token = session.scalar(wanted)
    if token is None:
        raise NotFound
    return token


def sign_in_for(session: Session, owner: Person, public_id: str) -> SignIn:
    """One of the owner's own sign-ins."""
    found = session.scalar(sa.select(SignIn).where(SignIn.public_id == public_id, SignIn.person_id == owner.id))
    if found is None:
        raise NotFound
    return found


@cache
def _by_session() -> Any:
    unread = _UNREAD[0]() if _UNREAD else sa.literal(0)
    return (
        _WITH_ROLES.add_columns(SignIn.last_used_at, unread.label("unread"))
        .join(SignIn, SignIn.person_id == Person.id)
        .where(SignIn.public_id == sa.bindparam("public_id"), *sessions.OPEN)
    )


def _takes_part(viewer: Person, cohort: Cohort, role: Role | None) -> bool:
    held = viewer.roles.get(cohort.id, frozenset())
    return bool(held) if role is None else role in held


def _assembled(rows: Sequence[Any]) -> Person | None:
    if not rows or not admits(rows[0][0]):
        return None
    person: Person = rows[0][0]
    roles: dict[int, set[str]] = {}
    person.cohort_names = {}
    for _, _, cohort_id, name, role, *_rest in rows:
        if cohort_id is not None:
            roles.setdefault(cohort_id, set()).add(role)
            person.cohort_names[cohort_id] = name
    person.roles = {cohort_id: frozenset(held) for cohort_id, held in roles.items()}
    person.is_admin = rows[0][1] is not None
    return person
