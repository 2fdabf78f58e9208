"""Notices become mails: one for all that a person has not read and was not yet mailed. The row of a notice names its
mail, so none is in two; a mail that another gathering left empty is not sent."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import jobs, mail
from app.config import Config
from app.db import Instant, fetch, new_public_id
from app.notices.leases import MAILS
from app.notices.models import Mail, MailWish, Notice
from app.notices.queries import zone_of_cohort
from app.notices.rules import STALE, Mails, State, Wish, leaves
from app.operations.work import config
from app.people.logins import Kind
from app.people.models import Login, Person

AT_ONCE = 500  # Mails that one transaction makes.
_NOW, _SINCE = sa.bindparam("now", type_=Instant()), sa.bindparam("since", type_=Instant())


@jobs.sweep_every(60)
def gather(session: Session, now: datetime) -> None:
    """Make the mails that leave now, where mail is sent at all."""
    if config().mail_url:
        make_mails(session, config(), now)


@jobs.sweep
def ring(session: Session, now: datetime) -> None:
    """Ring for mails that wait or whose worker died."""
    MAILS.give_up(session, "died", now)
    MAILS.ring_again(session, now)


def make_mails(session: Session, config: Config, now: datetime) -> Sequence[Mail]:
    """A mail for everybody to whom one leaves now. Four statements, however many people."""
    rows = fetch(session, _waiting(), {"now": now, "since": now - STALE})
    going = list(islice((row.person_id for row in rows if _leaves(row, now)), AT_ONCE))
    if not going:
        return []
    rows = [_row(person_id, config, now) for person_id in going]
    session.execute(sa.insert(Mail), rows)
    mails = session.scalars(sa.select(Mail).where(Mail.public_id.in_([row["public_id"] for row in rows]))).all()
    _take(session, mails, now)
    for mail_ in mails:
        MAILS.ring(session, mail_)
    return mails


def _row(person_id: int, config: Config, now: datetime) -> dict[str, Any]:
    name = new_public_id()
    message_id = f"<{name}.notices@{mail.domain(config)}>"
    return {
        "public_id": name, "person_id": person_id, "state": State.QUEUED, "message_id": message_id,
        "made_at": now, "state_at": now,
    }  # fmt: skip


def _leaves(row: Any, now: datetime) -> bool:
    wish = Wish(row.mails, row.at_once, row.hour, row.weekday, row.quiet_from, row.quiet_until) if row.mails else Wish()
    due = [(row.first, False)] + ([(row.urgent, True)] if row.urgent else [])
    return leaves(wish, row.zone or row.cohort_zone or "UTC", due, now, row.last)


def _take(session: Session, mails: Sequence[Mail], now: datetime) -> None:
    own = sa.select(Mail.id).where(Mail.person_id == Notice.person_id, Mail.id.in_([row.id for row in mails]))
    session.execute(
        sa.update(Notice)
        .where(Notice.person_id.in_([row.person_id for row in mails]), *_open())
        .values(mail_id=own.scalar_subquery())
        .execution_options(synchronize_session=False),
        {"now": now, "since": now - STALE},
    )


def _open() -> tuple[Any, ...]:
    unsent = (Notice.mail_id.is_(None), Notice.read_at.is_(None), Notice.cancelled_at.is_(None))
    return *unsent, Notice.due_at <= _NOW, Notice.due_at > _SINCE


@cache
def _waiting() -> Any:
    """Per person with an address: her first notice, her first urgent one, and when she wants mail."""
    zone = zone_of_cohort()
    last = sa.select(sa.func.max(Mail.made_at)).where(Mail.person_id == Person.id).correlate(Person).scalar_subquery()
    wish = [getattr(MailWish, name) for name in ("mails", "at_once", "hour", "weekday", "quiet_from", "quiet_until")]
    urgent = sa.func.min(sa.case((Notice.urgent, Notice.due_at)), type_=Instant())
    return (
        sa.select(
            Notice.person_id, sa.func.min(Notice.due_at).label("first"), urgent.label("urgent"), Person.zone,
            zone.label("cohort_zone"), last.label("last"), *wish,
        )
        .join(Person, Person.id == Notice.person_id)
        .outerjoin(MailWish, MailWish.person_id == Person.id)
        .where(
            *_open(),
            Person.erased_at.is_(None), Person.merged_into_id.is_(None), Person.demonstration_at.is_(None),
            sa.exists().where(Login.person_id == Person.id, Login.kind == Kind.EMAIL),
            sa.or_(MailWish.mails.is_(None), MailWish.mails != Mails.OFF),
        )
        .group_by(Notice.person_id, Person.id, MailWish.person_id)
        .order_by(sa.func.min(Notice.due_at))
    )  # fmt: skip
