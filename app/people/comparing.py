"""Two accounts side by side, and those that became one: what an administrator looks at before and after a yes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.i18n import gettext
from app.people import belongings, queries
from app.people.actions.merging import UNDONE_WITHIN
from app.people.models import AccountMerge, Person
from app.people.queries import PersonLine
from app.people.rules import Role
from app.people.sentences import ROLES


@dataclass(frozen=True)
class Line:
    """What each of the accounts has of one kind, in the order of the accounts."""

    word: str
    of: Sequence[str]


@dataclass(frozen=True)
class Merged:
    """An account that became a part of another; `by` None: that account was erased."""

    person: Person
    at: datetime
    by: str | None
    until: datetime  # It can be undone.


def compared(session: Session, accounts: Sequence[Person]) -> list[Line]:
    """Logins, cohorts and what the rooms tell, account by account."""
    people = [queries.person_line(session, one) for one in accounts]
    lines = [
        Line(gettext("Signs in with"), [_list(login.shown for login in one.logins) for one in people]),
        Line(gettext("Password"), [gettext("yes") if one.person.password_hash else gettext("no") for one in people]),
        Line(gettext("Cohorts"), [_cohorts(one) for one in people]),
        Line(gettext("Administrator"), [gettext("yes") if one.is_admin else gettext("no") for one in people]),
    ]
    told = belongings.held(session, [one.id for one in accounts])
    return [*lines, *(Line(str(line.word), [line.of.get(one.id, "") for one in accounts]) for line in told)]


def merged_into(session: Session, person: Person) -> list[Merged]:
    """The accounts that became this one, the newest first."""
    by = aliased(Person)
    asked = (
        sa.select(AccountMerge.at, Person, by.name, by.erased_at)
        .join(Person, Person.id == AccountMerge.gone_id)
        .outerjoin(by, by.id == AccountMerge.by_id)
        .where(AccountMerge.kept_id == person.id, AccountMerge.undone_at.is_(None))
        .order_by(AccountMerge.at.desc(), AccountMerge.id.desc())
    )
    return [
        Merged(gone, at, None if erased else name, at + UNDONE_WITHIN)
        for at, gone, name, erased in session.execute(asked)
    ]


def _cohorts(one: PersonLine) -> str:
    held = [membership for membership in one.memberships if membership.ended_at is None]
    return _list(f"{membership.cohort.name} ({str(ROLES[Role(membership.role)])})" for membership in held)


def _list(words: Iterable[str]) -> str:
    return " · ".join(words) or "–"
