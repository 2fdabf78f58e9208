"""Rows that may be there already: one statement instead of a savepoint, for what every viewer does every 15 seconds."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def add_once(session: Session, table: Any, values: dict[str, Any]) -> bool:
    """Add the row unless a unique constraint says that it is already there."""
    connection = session.connection()
    return connection.execute(_insertion(connection.dialect.name, table, True), values).first() is not None


def add_all(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Add those of the rows that are not there yet."""
    if rows:
        connection = session.connection()
        connection.execute(_insertion(connection.dialect.name, table, False), rows)


@cache
def _insertion(dialect: str, table: Any, told: bool) -> Any:
    kind = postgresql if dialect == "postgresql" else sqlite
    statement = kind.insert(table).on_conflict_do_nothing()
    return statement.returning(table.c.id) if told else statement
