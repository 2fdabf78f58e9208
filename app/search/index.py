"""Write passages, drop them, find them. What is written stands in the caller's transaction."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch, within
from app.search.models import WORDS, SearchEntry
from app.search.words import Query, extract, folded, moment

PAGE = 20


class Entry(NamedTuple):
    """A passage as a room hands it over: its text, and at which character which second is said."""

    text: str
    marks: Sequence[Sequence[float]] = ()


class Source(NamedTuple):
    """All passages of one row, with who may read them."""

    row_id: int
    language: str
    audience: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Hit:
    """A passage that was found, in pieces that say whether they were looked for, and the second where that is said."""

    kind: str
    row_id: int
    audience: str
    language: str
    pieces: Sequence[tuple[str, bool]]
    second: float


@dataclass(frozen=True)
class Page:
    """One page of what was found, the best first."""

    hits: Sequence[Hit]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Rebuilt:
    """How many rows and passages there are, and of how many rows the index was not as it should be."""

    rows: int
    passages: int
    wrong: int


SOURCES: dict[str, Callable[[Session], Iterator[Source]]] = {}
"""For each kind, all that the index should hold of it: a room registers it."""

_TABLE = SearchEntry.__table__
_COLUMNS = (SearchEntry.kind, SearchEntry.row_id, SearchEntry.audience, SearchEntry.language, SearchEntry.text)
_WORDS = sa.table(WORDS, sa.column("rowid"), sa.column(WORDS), sa.column("rank"))


def put(connection: sa.Connection, kind: str, source: Source) -> None:
    """Write the passages of a row in place of those that are there."""
    drop(connection, kind, source.row_id)
    if rows := _rows(kind, source):
        connection.execute(sa.insert(SearchEntry), rows)


def drop(connection: sa.Connection, kind: str, row_id: int) -> None:
    """Let the passages of a row be found no longer."""
    connection.execute(sa.delete(SearchEntry).where(_TABLE.c.kind == kind, _TABLE.c.row_id == row_id))


def find(session: Session, query: Query, audiences: Collection[str], number: int = 1) -> Page:
    """The passages that these audiences may read, best first; two statements."""
    if not query.terms or not audiences:
        return Page((), 1, 1, 0)
    sqlite = session.get_bind().dialect.name == "sqlite"
    asked = {"words": (_for_sqlite if sqlite else _for_postgresql)(query), "audiences": list(audiences)}
    total = int(fetch(session, _count(sqlite), asked)[0][0])
    number, pages = within(number, total, PAGE)
    rows = fetch(session, _page(sqlite), asked | {"offset": (number - 1) * PAGE}) if total else []
    return Page([_hit(query, row) for row in rows], number, pages, total)


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
    return [
        {
            "kind": kind, "row_id": source.row_id, "place": place, "audience": source.audience,
            "language": source.language, "text": entry.text, "folded": folded(entry.text),
            "marks": [list(mark) for mark in entry.marks],
        }
        for place, entry in enumerate(source.entries)
    ]  # fmt: skip


def _held(connection: sa.Connection, kind: str, row_id: int) -> list[dict[str, Any]]:
    columns = [column for column in _TABLE.c if column.name != "id"]
    asked = sa.select(*columns).where(_TABLE.c.kind == kind, _TABLE.c.row_id == row_id).order_by(_TABLE.c.place)
    return [dict(row) for row in connection.execute(asked).mappings()]


def _hit(query: Query, row: Any) -> Hit:
    pieces, offset = extract(query, row.text)
    return Hit(row.kind, row.row_id, row.audience, row.language, pieces, moment(row.marks, offset))


def _for_sqlite(query: Query) -> str:
    return " AND ".join(f'"{" ".join(term.words)}"{"" if term.whole else "*"}' for term in query.terms)


def _for_postgresql(query: Query) -> str:
    return " & ".join(f"({_followed(term.words, '' if term.whole else ':*')})" for term in query.terms)


def _followed(words: Iterable[str], end: str) -> str:
    return " <-> ".join(f"'{word}'" for word in words) + end


def _matching(sqlite: bool) -> tuple[Any, Any, Any]:
    """Where to look, what matches, and the order: the best first. Parameters: words, audiences."""
    words = sa.bindparam("words", type_=sa.String())
    if sqlite:
        source = sa.join(_WORDS, _TABLE, _TABLE.c.id == _WORDS.c.rowid)
        return source, _WORDS.c[WORDS].op("MATCH")(words), _WORDS.c.rank
    simple: Any = sa.literal_column("'simple'")
    vector, asked = sa.func.to_tsvector(simple, _TABLE.c.folded), sa.func.to_tsquery(simple, words)
    return _TABLE, vector.op("@@")(asked), sa.func.ts_rank_cd(vector, asked, 1).desc()


@lru_cache(maxsize=2)
def _count(sqlite: bool) -> Any:
    source, matches, _ = _matching(sqlite)
    return _among(sa.select(sa.func.count()).select_from(source), matches)


@lru_cache(maxsize=2)
def _page(sqlite: bool) -> Any:
    source, matches, best = _matching(sqlite)
    columns = sa.select(*_COLUMNS, SearchEntry.marks).select_from(source)
    return _among(columns, matches).order_by(best, _TABLE.c.id).limit(PAGE).offset(sa.bindparam("offset"))


def _among(statement: Any, matches: Any) -> Any:
    audiences: Any = sa.bindparam("audiences", expanding=True)
    return statement.where(matches, _TABLE.c.audience.in_(audiences))
