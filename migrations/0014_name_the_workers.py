"""name the workers."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("release", sa.String(length=64), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("cores", sa.Integer(), nullable=False),
        sa.Column("load", sa.Double(), nullable=False),
        sa.Column("free", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("name", name=op.f("uq_worker_name")),
    )
    with op.batch_alter_table("recording_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("worker", sa.String(length=160), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("recording_version", schema=None) as batch_op:
        batch_op.drop_column("worker")

    op.drop_table("worker")
