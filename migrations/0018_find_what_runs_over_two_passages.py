"""find what runs over two passages: the worker, or `flask search rebuild`, writes the index again."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = ()
depends_on = None

KEPT = (
    "ALTER TABLE search_entry ADD COLUMN search_words tsvector"
    " GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED",
    "CREATE INDEX search_words ON search_entry USING gin (search_words)",
)
COMPUTED = (
    "ALTER TABLE search_entry DROP COLUMN search_words",
    "CREATE INDEX search_words ON search_entry USING gin (to_tsvector('simple', folded))",
)


def upgrade() -> None:
    op.execute(sa.text("DELETE FROM search_entry"))
    if op.get_bind().dialect.name == "postgresql":
        for statement in ("DROP INDEX search_words", *KEPT):
            op.execute(sa.text(statement))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM search_entry"))
    if op.get_bind().dialect.name == "postgresql":
        for statement in COMPUTED:  # The index of the column goes with it.
            op.execute(sa.text(statement))
