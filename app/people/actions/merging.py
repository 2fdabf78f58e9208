"""Two accounts of one person become one, and part again within thirty days. Flush, never commit.

Every row that says whose it is goes to the account that stays, and is named in the row of the merge. What the account
that stays has already (a role in the same cohort, the same step done) stays where it is: the database says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import Base, once
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.belongings import Union, keepers
from app.people.models import AccountMerge, Administrator, Membership, Person

UNDONE_WITHIN = timedelta(days=30)
# A session is a device's, which goes on as it was once the accounts part; the rest is about the accounts themselves,
# and so is what has no id of its own, such as when somebody wants mail.
OF_ACCOUNTS = frozenset({"person", "sign_in", "account_merge", "erasure"})
_OPEN = (Membership, Administrator)
_PERSON: Any = Person.__table__.c.id
_AT_ONCE = 400


def merge(session: Session, gone: Person, kept: Person, *, by: Person, now: datetime) -> AccountMerge:
    """All that is the one account's is the other's from now on; either login opens it."""
    gone, kept = _locked(session, gone, kept)
    _may(gone, kept, by)
    union = Union(gone.id, kept.id, by, now)
    row = AccountMerge(gone_id=gone.id, kept_id=kept.id, at=now, by_id=by.id)
    if not once(session, row):
        raise Conflict(lazy("This account was merged meanwhile. Look at it again."))
    union.moved["rows"] = {str(column): went for column in columns() if (went := _go(session, column, union))}
    union.moved["ended"] = {table.__tablename__: _ended(session, table, union) for table in _OPEN}
    if kept.password_hash is None and gone.password_hash is not None:
        kept.password_hash, union.moved["password"] = gone.password_hash, True
    gone.merged_into_id, gone.merged_at, gone.merged_by_id = kept.id, now, by.id
    session.flush()
    session.expire_all()
    for keeper in keepers():
        keeper.join(session, union)
    row.moved = union.moved
    session.flush()
    return row


def part(session: Session, row: AccountMerge, *, by: Person, now: datetime) -> bool:
    """Give back to the account that went what it had; whether this was the press that did it."""
    gone, kept = _locked(session, session.get_one(Person, row.gone_id), session.get_one(Person, row.kept_id))
    session.refresh(row, with_for_update=True)
    if row.undone_at is not None:
        return False
    if now - row.at > UNDONE_WITHIN:
        raise Conflict(lazy("Thirty days are over: the two accounts stay one."))
    if kept.merged_into_id is not None or kept.erased_at is not None:
        raise Conflict(lazy("The account that stayed was merged or erased itself since: undo that first."))
    union = Union(gone.id, kept.id, by, now, dict(row.moved))
    for column in columns():
        move(session, column, _still(session, column, kept.id, row.moved["rows"].get(str(column), [])), gone.id)
    for table in _OPEN:
        ids = row.moved["ended"].get(table.__tablename__, [])
        again = sa.update(table).where(table.id.in_(ids), table.ended_at == row.at)
        session.execute(again.values(ended_at=None, ended_by_id=None))
    if row.moved.get("password") and kept.password_hash == gone.password_hash:
        kept.password_hash = None
    gone.merged_into_id = gone.merged_at = gone.merged_by_id = None
    row.undone_at, row.undone_by_id = now, by.id
    session.flush()
    session.expire_all()
    for keeper in keepers():
        keeper.part(session, union)
    session.flush()
    return True


def columns() -> list[Any]:
    """The columns that say whose a row is, and not who did something, in all rooms."""
    left = OF_ACCOUNTS.union(*(keeper.tables for keeper in keepers()))
    return [
        column
        for table in Base.metadata.sorted_tables if table.name not in left and "id" in table.c
        for column in table.columns
        if not column.name.endswith("by_id") and column.references(_PERSON)
    ]  # fmt: skip


def move(session: Session, column: Any, ids: Sequence[int], to: int) -> list[int]:
    """Give these rows to somebody but for those that she has already: which went."""
    some = [list(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE)]
    if all(_given(session, column, portion, to) for portion in some):
        return list(ids)
    return [one for one in ids if _given(session, column, [one], to)]


def _given(session: Session, column: Any, ids: list[int], to: int) -> bool:
    table = column.table
    try:
        with session.begin_nested():
            session.execute(sa.update(table).where(table.c.id.in_(ids)).values({column.name: to}))
    except IntegrityError:
        return False
    return True


def _go(session: Session, column: Any, union: Union) -> list[int]:
    table = column.table
    ids = session.scalars(sa.select(table.c.id).where(column == union.gone_id).order_by(table.c.id)).all()
    return move(session, column, ids, union.kept_id)


def _still(session: Session, column: Any, person_id: int, ids: Sequence[int]) -> list[int]:
    """Of these rows, those that are still hers: another merge may have taken some, or somebody a login away."""
    found: set[int] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        asked = sa.select(column.table.c.id).where(column == person_id, column.table.c.id.in_(some))
        found |= set(session.scalars(asked))
    return [one for one in ids if one in found]


def _ended(session: Session, table: Any, union: Union) -> list[int]:
    """What the other one holds as well ends here, or she would be counted twice."""
    still = table.person_id == union.gone_id, table.ended_at.is_(None)
    ids = list(session.scalars(sa.select(table.id).where(*still)))
    session.execute(sa.update(table).where(*still).values(ended_at=union.now, ended_by_id=union.by.id))
    return ids


def _locked(session: Session, *people: Person) -> list[Person]:
    asked = sa.select(Person).where(Person.id.in_([one.id for one in people])).order_by(Person.id).with_for_update()
    found = {one.id: one for one in session.scalars(asked.execution_options(populate_existing=True))}
    return [found[one.id] for one in people]


def _may(gone: Person, kept: Person, by: Person) -> None:
    if gone.id == kept.id:
        raise Invalid(lazy("An account cannot be merged with itself."))
    if gone.id == by.id:
        raise Invalid(lazy("This is your own account: let it be the one that stays."))
    if any(one.erased_at is not None or one.merged_into_id is not None for one in (gone, kept)):
        raise Conflict(lazy("One of the two accounts was merged or erased meanwhile. Look at them again."))
    if (gone.demonstration_at is None) != (kept.demonstration_at is None):
        raise Invalid(lazy("An account of the demonstration and a real one cannot be merged."))
