"""part the days in person and play for a room."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = ()
depends_on = None

LETTERS = "23456789bcdfghjkmnpqrstvwxz"
COLUMNS = ("public_id", "sitting_id", "position", "kind", "label")


def upgrade() -> None:
    op.create_table(
        "sitting_half",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("starts IS NOT NULL OR ends IS NULL", name=op.f("ck_sitting_half_hours")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_sitting_half_ended_by_id")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_half_sitting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_half")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sitting_half_public_id")),
    )
    with op.batch_alter_table("sitting_half", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_half_sitting_id"), ["sitting_id"], unique=False)
        batch_op.create_index(
            "uq_sitting_half_open",
            ["sitting_id", "position"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "room_viewing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("half_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("ranges", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_room_viewing_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_room_viewing_cohort_id")),
        sa.ForeignKeyConstraint(["half_id"], ["sitting_half.id"], name=op.f("fk_room_viewing_half_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["person.id"], name=op.f("fk_room_viewing_revoked_by_id")),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_room_viewing_step_id")),
        sa.ForeignKeyConstraint(["version_id"], ["recording_version.id"], name=op.f("fk_room_viewing_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_viewing")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_viewing_public_id")),
    )
    with op.batch_alter_table("room_viewing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_viewing_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "room_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("viewing_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_room_seat_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_room_seat_ended_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_room_seat_person_id")),
        sa.ForeignKeyConstraint(["viewing_id"], ["room_viewing.id"], name=op.f("fk_room_seat_viewing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_seat")),
    )
    with op.batch_alter_table("room_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_seat_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_room_seat_open",
            ["viewing_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    with op.batch_alter_table("attendance_note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("half_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("why", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("source", sa.String(length=16), server_default="list", nullable=False))
        batch_op.add_column(sa.Column("device", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("device_class", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("device_time", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sequence", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("conflict", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f("ix_attendance_note_half_id"), ["half_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_attendance_note_half_id"), "sitting_half", ["half_id"], ["id"])
    _whole_days()


def _whole_days() -> None:
    """Each date that was set so far is a day of one half."""
    sitting, half = sa.table("sitting", sa.column("id")), sa.table("sitting_half", *map(sa.column, COLUMNS))
    found = op.get_bind().scalars(sa.select(sitting.c.id)).all()
    rows = [("".join(secrets.choice(LETTERS) for _ in range(12)), each, 0, "day", "") for each in found]
    if rows:
        op.bulk_insert(half, [dict(zip(COLUMNS, row, strict=True)) for row in rows])


def downgrade() -> None:
    with op.batch_alter_table("attendance_note", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attendance_note_half_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_attendance_note_half_id"))
        batch_op.drop_column("conflict")
        batch_op.drop_column("late")
        batch_op.drop_column("sequence")
        batch_op.drop_column("device_time")
        batch_op.drop_column("device_class")
        batch_op.drop_column("device")
        batch_op.drop_column("source")
        batch_op.drop_column("why")
        batch_op.drop_column("half_id")

    with op.batch_alter_table("room_seat", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_room_seat_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_room_seat_person_id"))

    op.drop_table("room_seat")
    with op.batch_alter_table("room_viewing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_viewing_cohort_id"))

    op.drop_table("room_viewing")
    with op.batch_alter_table("sitting_half", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sitting_half_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_sitting_half_sitting_id"))

    op.drop_table("sitting_half")
