"""find what is said: `flask search rebuild`, or the worker after a while, fills the index."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = ()
depends_on = None

SQLITE = (
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
POSTGRESQL = ("CREATE INDEX search_words ON search_entry USING gin (to_tsvector('simple', folded))",)


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "row_id", "place", name=op.f("uq_search_entry_kind_row_id_place")),
    )
    op.create_index(op.f("ix_search_entry_audience"), "search_entry", ["audience"], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.text("DROP TABLE search_words"))
    op.drop_table("search_entry")
