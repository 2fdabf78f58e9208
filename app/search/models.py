"""The index as a table, and the words of it as each database searches them best."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

WORDS = "search_words"
"""What the databases keep themselves, beside the models: an FTS5 table here, a column and its index there."""


class SearchEntry(Base):
    """A passage that can be found. `kind` and `row_id`: of whom, `place`: which passage of it, an odd one between its
    neighbours, of both of which it repeats a part; `audience`: who may read it, in words of the room that wrote it."""

    __tablename__ = "search_entry"
    __table_args__ = (sa.UniqueConstraint("kind", "row_id", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    row_id: Mapped[int]
    place: Mapped[int]
    audience: Mapped[str] = mapped_column(sa.String(32), index=True)
    language: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    folded: Mapped[str] = mapped_column(sa.Text)
    marks: Mapped[list[Any]]  # [[character of the text, second at which it is said], …]


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether what the database has must stand in the models: not what belongs to its search."""
    return not (kind in {"table", "column", "index"} and (name or "").startswith(WORDS))


# Migrations hold the same statements; a test makes the tables both ways and searches both.
_SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(folded, content='search_entry', content_rowid='id',"
    " tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER search_words_added AFTER INSERT ON search_entry BEGIN"
    " INSERT INTO search_words(rowid, folded) VALUES (new.id, new.folded); END",
    "CREATE TRIGGER search_words_dropped AFTER DELETE ON search_entry BEGIN"
    " INSERT INTO search_words(search_words, rowid, folded) VALUES ('delete', old.id, old.folded); END",
    "CREATE TRIGGER search_words_changed AFTER UPDATE ON search_entry BEGIN"
    " INSERT INTO search_words(search_words, rowid, folded) VALUES ('delete', old.id, old.folded);"
    " INSERT INTO search_words(rowid, folded) VALUES (new.id, new.folded); END",
)
_POSTGRESQL = (  # Kept, for a phrase and an order are looked up in it: to read all texts for them took a second.
    "ALTER TABLE search_entry ADD COLUMN search_words tsvector"
    " GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED",
    "CREATE INDEX search_words ON search_entry USING gin (search_words)",
)

for _statement in _SQLITE:
    event.listen(SearchEntry.__table__, "after_create", sa.DDL(_statement).execute_if(dialect="sqlite"))
for _statement in _POSTGRESQL:
    event.listen(SearchEntry.__table__, "after_create", sa.DDL(_statement).execute_if(dialect="postgresql"))
event.listen(
    SearchEntry.__table__, "before_drop", sa.DDL("DROP TABLE IF EXISTS search_words").execute_if(dialect="sqlite")
)
