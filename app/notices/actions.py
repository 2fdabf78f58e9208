"""Write notices, and take note that they were read. Flush, never commit."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db import new_public_id
from app.errors import Invalid
from app.i18n import lazy
from app.notices.kinds import KINDS
from app.notices.models import MailWish, Notice, Silence
from app.notices.rules import Mails, Wish
from app.people.models import Person
from app.text import clean_line, clean_text

WRITTEN = "written"
LONGEST_SUBJECT, LONGEST_WORD = 120, 2000


def tell(
    session: Session,
    person_id: int,
    kind: str,
    key: str,
    *,
    now: datetime,
    due: datetime | None = None,
    path: str = "",
    words: dict[str, Any] | None = None,
) -> None:
    """Tell somebody something, once per kind and key; it is shown and mailed from `due` on."""
    tell_all(session, kind, [(person_id, key, path, words or {})], now=now, due=due)


def tell_all(
    session: Session,
    kind: str,
    told: Iterable[tuple[int, str, str, dict[str, Any]]],
    *,
    now: datetime,
    due: datetime | None = None,
) -> None:
    """The same for many, given as (person, key, path, words), in one statement."""
    common = {"kind": kind, "urgent": KINDS[kind].urgent, "made_at": now, "due_at": due or now}
    rows = [
        {"public_id": new_public_id(), "person_id": person_id, "key": key, "path": path, "words": words, **common}
        for person_id, key, path, words in told
    ]
    if rows:
        session.execute(_insertion(session.connection().dialect.name), rows)


def cancel(session: Session, kind: str, keys: Collection[str], *, now: datetime, person_id: int | None = None) -> None:
    """What was to be told holds no more: it is neither shown nor mailed. What was mailed or read stays."""
    standing = (Notice.kind == kind, Notice.key.in_(keys), Notice.cancelled_at.is_(None))
    unseen = (Notice.read_at.is_(None), Notice.mail_id.is_(None))
    whose = (Notice.person_id == person_id,) if person_id is not None else ()
    session.execute(
        sa.update(Notice)
        .where(*standing, *unseen, *whose)
        .values(cancelled_at=now)
        .execution_options(synchronize_session=False)
    )


def cancel_rows(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """The same of rows that are known."""
    session.execute(
        sa.update(Notice)
        .where(Notice.id.in_(ids))
        .values(cancelled_at=now)
        .execution_options(synchronize_session=False)
    )


def silenced(session: Session, cohort_id: int) -> set[str]:
    """The kinds that this cohort is not told."""
    return set(session.scalars(sa.select(Silence.kind).where(Silence.cohort_id == cohort_id)))


def read(session: Session, person_id: int, now: datetime, public_id: str | None = None) -> None:
    """The person has read this notice, or all that are shown now."""
    which = Notice.public_id == public_id if public_id else Notice.due_at <= now
    session.execute(
        sa.update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None), which)
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def write(session: Session, *, by: Person, to: Person, subject: str, text: str, now: datetime) -> Notice:
    """A word from a person to another, mailed at once outside of quiet hours. Whether she may is for the caller."""
    refused: dict[str, Any] = {}
    subject = _clean(clean_line, subject, LONGEST_SUBJECT, "subject", refused)
    text = _clean(clean_text, text, LONGEST_WORD, "text", refused)
    if not subject and "subject" not in refused:
        refused["subject"] = lazy("Write what it is about.")
    if refused:
        raise Invalid(fields=refused)
    words = {"subject": subject, "text": text}  # Her name is asked for when it is read.
    notice = Notice(
        person_id=to.id, kind=WRITTEN, key=new_public_id(), words=words, urgent=True, made_at=now, due_at=now,
        by_id=by.id,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    return notice


def silence(session: Session, cohort_id: int, kinds: Collection[str], *, by: Person, now: datetime) -> None:
    """From now on a cohort is not told these kinds, and all others."""
    had = silenced(session, cohort_id)
    gone = had - set(kinds)
    session.execute(sa.delete(Silence).where(Silence.cohort_id == cohort_id, Silence.kind.in_(gone)))
    session.add_all(Silence(cohort_id=cohort_id, kind=kind, at=now, by_id=by.id) for kind in sorted(set(kinds) - had))
    session.flush()


def wish(session: Session, person_id: int, wanted: Wish) -> None:
    """When somebody wants mail."""
    session.merge(MailWish(person_id=person_id, **asdict(wanted)))
    session.flush()


def no_more_mail(session: Session, public_id: str) -> None:
    """Whoever holds the link of a mail wants none any more. Again changes nothing."""
    person_id = session.scalar(sa.select(Person.id).where(Person.public_id == public_id))
    if person_id is not None:
        row = session.get(MailWish, person_id) or MailWish(person_id=person_id)
        row.mails = Mails.OFF
        session.add(row)
        session.flush()


def _clean(clean: Any, typed: str, longest: int, name: str, refused: dict[str, Any]) -> str:
    try:
        return str(clean(typed, longest=longest))
    except Invalid as refusal:
        refused[name] = refusal.sentence
        return ""


@cache
def _insertion(dialect: str) -> Any:
    kind = postgresql if dialect == "postgresql" else sqlite
    return kind.insert(Notice).on_conflict_do_update(
        index_elements=["person_id", "kind", "key"],
        set_={"cancelled_at": None},
        where=Notice.cancelled_at.is_not(None),  # It holds again.
    )
