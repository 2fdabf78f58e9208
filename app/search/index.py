"""Write passages, drop them, make the index again. What is written stands in the caller's transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.search.models import SearchEntry
from app.search.words import folded


class Entry(NamedTuple):
    """A passage as a room hands it over: its text, and at which character which second is said. One that stands
    `between` the one before it and the next repeats the end of the one and the beginning of the other."""

    text: str
    marks: Sequence[Sequence[float]] = ()
    between: bool = False


class Source(NamedTuple):
    """All passages of one row, with who may read them."""

    row_id: int
    language: str
    audience: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Rebuilt:
    """How many rows and passages there are, and of how many rows the index was not as it should be."""

    rows: int
    passages: int
    wrong: int


SOURCES: dict[str, Callable[[Session], Iterator[Source]]] = {}
"""For each kind, all that the index should hold of it: a room registers it."""

_TABLE = SearchEntry.__table__


def put(connection: sa.Connection, kind: str, source: Source) -> None:
    """Write the passages of a row in place of those that are there."""
    drop(connection, kind, source.row_id)
    if rows := _rows(kind, source):
        connection.execute(sa.insert(SearchEntry), rows)


def drop(connection: sa.Connection, kind: str, row_id: int) -> None:
    """Let the passages of a row be found no longer."""
    connection.execute(sa.delete(SearchEntry).where(_TABLE.c.kind == kind, _TABLE.c.row_id == row_id))


def rebuild(session: Session) -> Rebuilt:
    """Make the index again from what the rooms have, and say whether it was equal."""
    connection, rows, passages, wrong = session.connection(), 0, 0, 0
    for kind, sources in sorted(SOURCES.items()):
        kept = {
            row_id
            for (row_id,) in connection.execute(sa.select(_TABLE.c.row_id).where(_TABLE.c.kind == kind).distinct())
        }
        for source in sources(session):
            kept.discard(source.row_id)
            rows, passages = rows + 1, passages + len(source.entries)
            if _held(connection, kind, source.row_id) != _rows(kind, source):
                put(connection, kind, source)
                wrong += 1
        for row_id in kept:
            drop(connection, kind, row_id)
            wrong += 1
    if connection.dialect.name == "sqlite" and not _fits(connection):
        connection.execute(sa.text("INSERT INTO search_words(search_words) VALUES ('rebuild')"))
        wrong = wrong or rows
    return Rebuilt(rows, passages, wrong)


def _fits(connection: sa.Connection) -> bool:
    """Whether the words that SQLite keeps beside the table are those of the table."""
    try:
        connection.execute(sa.text("INSERT INTO search_words(search_words, rank) VALUES ('integrity-check', 1)"))
    except sa.exc.DatabaseError:
        return False
    return True


def _rows(kind: str, source: Source) -> list[dict[str, Any]]:
    rows, place = [], -1
    for entry in source.entries:
        place += 1 if (place % 2 == 0) is entry.between else 2
        rows.append({
            "kind": kind, "row_id": source.row_id, "place": place, "audience": source.audience,
            "language": source.language, "text": entry.text, "folded": folded(entry.text),
            "marks": [list(mark) for mark in entry.marks],
        })  # fmt: skip
    return rows


def _held(connection: sa.Connection, kind: str, row_id: int) -> list[dict[str, Any]]:
    columns = [column for column in _TABLE.c if column.name != "id"]
    asked = sa.select(*columns).where(_TABLE.c.kind == kind, _TABLE.c.row_id == row_id).order_by(_TABLE.c.place)
    return [dict(row) for row in connection.execute(asked).mappings()]
