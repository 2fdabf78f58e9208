"""take every job by the same lease."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = ()
depends_on = None

TABLES = {"replacement": "decided_at", "speech_draft": "ended_at"}


def upgrade() -> None:
    for table, end in TABLES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("state_at", sa.DateTime(timezone=True), nullable=True))
            batch_op.add_column(sa.Column("eta_s", sa.Double(), nullable=True))
            batch_op.add_column(sa.Column("worker", sa.String(length=160), nullable=True))
            batch_op.add_column(sa.Column("reason", sa.String(), nullable=True))
        row = sa.table(table, *map(sa.column, (end, "created_at", "state_at", "stage", "next_try_at", "reason")))
        op.execute(row.update().values(state_at=sa.func.coalesce(row.c[end], row.c.created_at)))
        failed = sa.or_(row.c.stage == "failed", row.c.next_try_at.is_not(None))
        op.execute(row.update().where(failed).values(reason="interrupted"))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("state_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in ("reason", "worker", "eta_s", "state_at"):
                batch_op.drop_column(column)
