"""Find passages. Each database searches in its own way; they find the same."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch, within
from app.search.extracts import extract, moment
from app.search.models import WORDS, SearchEntry
from app.search.words import Query

PAGE = 20

_TABLE = SearchEntry.__table__
_COLUMNS = (SearchEntry.kind, SearchEntry.row_id, SearchEntry.audience, SearchEntry.language, SearchEntry.text)
_WORDS = sa.table(WORDS, sa.column("rowid"), sa.column(WORDS), sa.column("rank"))


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
