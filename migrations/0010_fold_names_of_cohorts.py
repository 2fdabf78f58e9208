"""fold names of cohorts."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = ()
depends_on = None

OPEN = sa.text("archived_at IS NULL")
LETTERS = str.maketrans("ٱىیکةەہھ", "اييكهههه", "ـ")


def upgrade() -> None:
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_index("uq_cohort_name", sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.add_column(sa.Column("folded", sa.String(), nullable=True))
    _fill()
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.alter_column("folded", existing_type=sa.String(), nullable=False)
        batch_op.create_index("uq_cohort_folded", ["folded"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_index("uq_cohort_folded", sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_column("folded")
        batch_op.create_index("uq_cohort_name", ["name"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def _fill() -> None:
    """The oldest open cohort keeps its name; each later one that folds alike gets a mark: Mali, MALI (2), Malí (3)."""
    cohort = sa.table("cohort", *map(sa.column, ("id", "name", "folded", "archived_at")))
    asked = sa.select(cohort.c.id, cohort.c.name, cohort.c.archived_at).order_by(cohort.c.id)
    rows = op.get_bind().execute(asked).all()
    taken, kept = {_fold(name) for _id, name, gone in rows if gone is None}, set()
    for row_id, name, gone in rows:
        if gone is None and _fold(name) in kept:
            marks = (f"{name} ({count})" for count in range(2, len(rows) + 2))
            name = next(marked for marked in marks if _fold(marked) not in taken)
            taken.add(_fold(name))
        if gone is None:
            kept.add(_fold(name))
        op.execute(cohort.update().where(cohort.c.id == row_id).values(name=name, folded=_fold(name)))


def _fold(text: str) -> str:
    """As `app.text.fold` was on that day."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
