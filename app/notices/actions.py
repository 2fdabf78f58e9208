"""Write notices, and take note that they were read. Flush, never commit."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db import new_public_id
from app.notices.kinds import KINDS
from app.notices.models import Notice, Silence


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


@cache
def _insertion(dialect: str) -> Any:
    kind = postgresql if dialect == "postgresql" else sqlite
    return kind.insert(Notice).on_conflict_do_nothing(index_elements=["person_id", "kind", "key"])
