"""keep who did what with a recording."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = ()
depends_on = None

ACTS = ("archived", "restored", "cancelled", "retried", "put_away", "subtitles_away", "subtitles_back")
STILL = sa.text("put_away_at IS NULL")
# What is known of the time before: when, and not by whom.
BEFORE = (
    "SELECT id, NULL, 'archived', archived_at FROM recording WHERE archived_at IS NOT NULL",
    "SELECT recording_id, id, 'put_away', put_away_at FROM recording_version WHERE put_away_at IS NOT NULL",
    "SELECT recording_id, id, 'cancelled', state_at FROM recording_version WHERE state = 'cancelled'"
    " AND reason IS NULL",
)


def upgrade() -> None:
    _make_acts()
    for known in BEFORE:
        op.execute(f"INSERT INTO recording_act (recording_id, version_id, act, at) {known}")
    with op.batch_alter_table("caption", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True))
    _name_captions()
    with op.batch_alter_table("caption", schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_caption_version_id_language"), type_="unique")
        batch_op.create_index(batch_op.f("ix_caption_version_id"), ["version_id"], unique=False)
        batch_op.create_index(
            "uq_caption_open", ["version_id", "language"], unique=True, sqlite_where=STILL, postgresql_where=STILL
        )
        batch_op.create_unique_constraint(batch_op.f("uq_caption_public_id"), ["public_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_recording_act_recording_id"), table_name="recording_act")
    op.drop_table("recording_act")
    op.execute("DELETE FROM caption WHERE put_away_at IS NOT NULL")
    with op.batch_alter_table("caption", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_caption_public_id"), type_="unique")
        batch_op.drop_index("uq_caption_open", sqlite_where=STILL, postgresql_where=STILL)
        batch_op.drop_index(batch_op.f("ix_caption_version_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_caption_version_id_language"), ["version_id", "language"])
        batch_op.drop_column("put_away_at")
        batch_op.drop_column("public_id")


def _make_acts() -> None:
    op.create_table(
        "recording_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("caption_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"act IN {ACTS}", name=op.f("ck_recording_act_act")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_recording_act_by_id")),
        sa.ForeignKeyConstraint(["caption_id"], ["caption.id"], name=op.f("fk_recording_act_caption_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_recording_act_recording_id")),
        sa.ForeignKeyConstraint(["version_id"], ["recording_version.id"], name=op.f("fk_recording_act_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_act")),
    )
    op.create_index(op.f("ix_recording_act_recording_id"), "recording_act", ["recording_id"], unique=False)


def _name_captions() -> None:
    """Each gets an address that nobody guesses, in the letters of the others."""
    caption = sa.table("caption", sa.column("id"), sa.column("public_id"))
    connection = op.get_bind()
    for (found,) in connection.execute(sa.select(caption.c.id)).all():
        name = "".join(secrets.choice("23456789bcdfghjkmnpqrstvwxz") for _ in range(12))
        connection.execute(caption.update().where(caption.c.id == found).values(public_id=name))
