"""name open cohorts once."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = ()
depends_on = None

OPEN = sa.text("archived_at IS NULL")


def upgrade() -> None:
    _tell_apart()
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.create_index("uq_cohort_name", ["name"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_index("uq_cohort_name", sqlite_where=OPEN, postgresql_where=OPEN)


def _tell_apart() -> None:
    """The oldest open cohort with a name keeps it; each later one gets it with a mark: Mali, Mali (2), Mali (3)."""
    cohort = sa.table("cohort", *map(sa.column, ("id", "name", "archived_at")))
    asked = sa.select(cohort.c.id, cohort.c.name).where(cohort.c.archived_at.is_(None))
    rows = op.get_bind().execute(asked.order_by(cohort.c.id)).all()
    taken, kept = {name for _id, name in rows}, set()
    for row_id, name in rows:
        if name not in kept:
            kept.add(name)
            continue
        marked = next(one for count in range(2, len(rows) + 2) if (one := f"{name} ({count})") not in taken)
        taken.add(marked)
        op.execute(cohort.update().where(cohort.c.id == row_id).values(name=marked))
