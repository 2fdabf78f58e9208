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
FURTHEST = 100_000

_TABLE = SearchEntry.__table__
_COLUMNS = (SearchEntry.kind, SearchEntry.row_id, SearchEntry.audience, SearchEntry.language, SearchEntry.text)
_WORDS = sa.table(WORDS, sa.column("rowid"), sa.column(WORDS), sa.column("rank"))


@dataclass(frozen=True)
class Hit:
    """A passage that was found, in pieces that say whether they were looked for, and the seconds where that is said:
    first of what the pieces show."""

    kind: str
    row_id: int
    audience: str
    language: str
    pieces: Sequence[tuple[str, bool]]
    seconds: Sequence[float]


@dataclass(frozen=True)
class Page:
    """One page of what was found, the best first."""

    hits: Sequence[Hit]
    number: int
    pages: int
    total: int


def find(session: Session, query: Query, audiences: Collection[str], number: int = 1) -> Page:
    """The passages that these audiences may read, best first; one statement, and two more past the last page."""
    if not query.terms or not audiences:
        return Page((), 1, 1, 0)
    sqlite = session.get_bind().dialect.name == "sqlite"
    asked = {"words": (_for_sqlite if sqlite else _for_postgresql)(query), "audiences": list(audiences)}

    def rows(page: int) -> Sequence[Any]:
        return fetch(session, _page(sqlite), asked | {"offset": (page - 1) * PAGE})

    number = max(1, min(number, FURTHEST))
    found = rows(number)
    if not found and number > 1 and (first := rows(1)):
        number, _ = within(number, first[0].total, PAGE)
        found = rows(number)
    total = found[0].total if found else 0
    number, pages = within(number, total, PAGE)
    return Page([_hit(query, row) for row in found], number, pages, total)


def _hit(query: Query, row: Any) -> Hit:
    pieces, offsets = extract(query, row.text)
    seconds = list(dict.fromkeys(moment(row.marks, offset) for offset in offsets))
    return Hit(row.kind, row.row_id, row.audience, row.language, pieces, seconds)


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
    vector: Any = sa.literal_column(f"{SearchEntry.__tablename__}.{WORDS}")
    asked = sa.func.to_tsquery(simple, words)
    return _TABLE, vector.op("@@")(asked), -sa.func.ts_rank_cd(vector, asked, 1)


@lru_cache(maxsize=2)
def _page(sqlite: bool) -> Any:
    """A page of what matches, with how much that is; the texts are read of those alone that are shown."""
    found = _found(sqlite)
    ids = sa.select(found, sa.func.count().over().label("total")).order_by(found.c.best, found.c.id)
    shown = ids.limit(PAGE).offset(sa.bindparam("offset")).subquery()
    columns = sa.select(*_COLUMNS, SearchEntry.marks, shown.c.total).join(shown, shown.c.id == _TABLE.c.id)
    return columns.order_by(shown.c.best, shown.c.id)


def _found(sqlite: bool) -> Any:
    """What matches; a passage that stands between others counts only where neither of these holds all that is asked."""
    source, matches, best = _matching(sqlite)
    place: Any = _TABLE.c.place
    beside = {"partition_by": (_TABLE.c.kind, _TABLE.c.row_id), "order_by": place}
    before, after = sa.func.lag(place).over(**beside), sa.func.lead(place).over(**beside)
    audiences: Any = sa.bindparam("audiences", expanding=True)
    columns = sa.select(
        _TABLE.c.id, place, before.label("before"), after.label("after"), best.label("best")
    ).select_from(source)
    near = columns.where(matches, _TABLE.c.audience.in_(audiences)).subquery()
    alone = near.c.before.is_distinct_from(near.c.place - 1) & near.c.after.is_distinct_from(near.c.place + 1)
    return sa.select(near.c.id, near.c.best).where((near.c.place % 2 == 0) | alone).subquery()
