"""What somebody is told: one statement for a page of it, none for how much of it is new (`access.load_person`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.db import Instant, fetch, within
from app.i18n import _
from app.notices import kinds
from app.notices.models import MailWish, Notice
from app.notices.rules import Mails, Wish
from app.people.logins import Kind
from app.people.models import Cohort, Login, Membership, Person

PAGE = 25
_PERSON, _NOW = sa.bindparam("person", type_=sa.Integer()), sa.bindparam("now", type_=Instant())


@dataclass(frozen=True)
class Told:
    """One notice in words."""

    id: str
    subject: str
    line: str
    path: str
    at: datetime
    new: bool


@dataclass(frozen=True)
class Page:
    """One page of notices, the newest first."""

    notices: Sequence[Told]
    number: int
    pages: int


def page_of(session: Session, person: Any, now: datetime, number: int) -> Page:
    """The page of this number."""
    asked = {"person": person.id, "now": now}
    count = fetch(session, _count(), asked)[0][0]
    number, pages = within(number, count, PAGE)
    rows = fetch(session, _page(), asked | {"size": PAGE, "offset": (number - 1) * PAGE})
    return Page([told(row) for row in rows], number, pages)


def told(row: Any) -> Told:
    """A row in the language that speaks now."""
    words = row.words if row.written is None else row.words | {"name": row.written or _("Former member")}
    return Told(
        row.public_id, kinds.subject(row.kind, words), kinds.line(row.kind, words), row.path, row.due_at,
        row.read_at is None,
    )  # fmt: skip


def wish_of(session: Session, person_id: int) -> Wish:
    """When somebody wants mail."""
    row = session.get(MailWish, person_id)
    return Wish(**{field.name: getattr(row, field.name) for field in fields(Wish)}) if row else Wish()


def reached_by_mail(session: Session, people: Collection[int]) -> set[int]:
    """Which of them have an address and want mail."""
    return set(
        session.scalars(
            sa.select(Login.person_id)
            .outerjoin(MailWish, MailWish.person_id == Login.person_id)
            .where(
                Login.person_id.in_(people),
                Login.kind == Kind.EMAIL,
                sa.or_(MailWish.mails.is_(None), MailWish.mails != Mails.OFF),
            )
        )
    )


def has_address(session: Session, person_id: int) -> bool:
    """Whether mail could reach somebody."""
    known = sa.select(Login.id).where(Login.person_id == person_id, Login.kind == Kind.EMAIL)
    return session.scalar(known.limit(1)) is not None


def zone_of(session: Session, person_id: int) -> str:
    """The zone of somebody's hours: her own, else that of her cohort."""
    return (
        session.scalar(sa.select(sa.func.coalesce(Person.zone, zone_of_cohort(), "UTC")).where(Person.id == person_id))
        or "UTC"
    )


def zone_of_cohort() -> Any:
    """The zone of a cohort of the person of the statement around it: a column."""
    return (
        sa.select(sa.func.min(Cohort.zone))
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(Membership.person_id == Person.id, Membership.ended_at.is_(None), Cohort.archived_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def unread() -> Any:
    """How many notices a person of the statement around it has not read: a column."""
    return (
        sa.select(sa.func.count())
        .where(Notice.person_id == Person.id, Notice.read_at.is_(None), *_shown())
        .correlate(Person)
        .scalar_subquery()
    )


def _shown() -> tuple[Any, ...]:
    return Notice.cancelled_at.is_(None), Notice.due_at <= _NOW


@cache
def _count() -> Any:
    return sa.select(sa.func.count()).where(Notice.person_id == _PERSON, *_shown())


@cache
def _page() -> Any:
    writer = aliased(Person)
    columns = (Notice.public_id, Notice.kind, Notice.words, Notice.path, Notice.due_at, Notice.read_at)
    rows = sa.select(*columns, writer.name.label("written")).outerjoin(writer, writer.id == Notice.by_id)
    rows = rows.where(Notice.person_id == _PERSON, *_shown())
    return (
        rows.order_by(Notice.due_at.desc(), Notice.id.desc()).limit(sa.bindparam("size")).offset(sa.bindparam("offset"))
    )
