"""The database: base class, column types, engine rules. No Flask request in here."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

# No vowels and no look-alikes: an id is read aloud on the phone and never spells a word.
ID_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
ID_LENGTH = 12
PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL")


class Instant(sa.TypeDecorator[datetime]):
    """A moment, aware and in UTC on both databases; a naive datetime is refused with ValueError."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table: named constraints, moments in UTC."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: sa.JSON, list[Any]: sa.JSON}


def one_open(table: str, *columns: str, until: str = "ended_at") -> sa.Index:
    """Of rows that begin and end, only one at a time is open; `until` is the column that ends it."""
    still = sa.text(f"{until} IS NULL")
    return sa.Index(f"uq_{table}_open", *columns, unique=True, sqlite_where=still, postgresql_where=still)


def new_public_id() -> str:
    """A random id of 12 letters and digits for URLs, API and command line (57 bits)."""
    return "".join(secrets.choice(ID_LETTERS) for _ in range(ID_LENGTH))


class PublicId:
    """A row that the outside can name: an integer stays inside, `public_id` goes out."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True, default=new_public_id, sort_order=-1)


db = SQLAlchemy(session_options={"expire_on_commit": False})


def once(session: Session, row: Base) -> bool:
    """Add the row unless a constraint says that it is already there."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


@contextmanager
def refusing(session: Session, refusal: Exception) -> Iterator[None]:
    """Change rows, or raise the refusal where a constraint says that it cannot be."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as broken:
        raise refusal from broken


def fetch(session: Session, statement: Any, values: dict[str, Any] | None = None) -> Sequence[Any]:
    """Columns of a statement that is composed once, on the session's connection: for what every page asks.

    A quarter cheaper than through the ORM, which has nothing to add where no entity is loaded; what the session has not
    flushed is not seen.
    """
    return session.connection().execute(statement, values or {}).all()


def within(asked: int, rows: int, size: int) -> tuple[int, int]:
    """Of the page asked for the one that there is, and how many pages of `size` so many rows fill: at least one."""
    pages = -(-rows // size) or 1
    return min(max(asked, 1), pages), pages


def obey_house_rules(engine: sa.Engine) -> None:
    """Make SQLite honest: foreign keys, WAL, and writers that queue instead of failing late."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def migration_engine(url: str) -> sa.Engine:
    """An engine for migrations: with foreign keys on, SQLite's table rebuild would delete the children."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # The driver must not hide BEGIN, or savepoints leak.
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reader that turns writer half-way gets "database is locked" at once; so writers say so at the start.
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
