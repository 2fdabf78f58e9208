"""name the second that tells it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = ()
depends_on = None

WHOLE = "(see_second IS NULL) = (see_step_id IS NULL) AND (see_second IS NULL) = (see_version_id IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("question_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("see_step_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("see_version_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("see_second", sa.Double(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_question_version_see_step_id"), "step", ["see_step_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_question_version_see_version_id"), "recording_version", ["see_version_id"], ["id"]
        )
        batch_op.create_check_constraint(batch_op.f("ck_question_version_see_whole"), WHOLE)
        batch_op.create_check_constraint(batch_op.f("ck_question_version_see_second"), "see_second >= 0")


def downgrade() -> None:
    with op.batch_alter_table("question_version", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_question_version_see_second"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_question_version_see_whole"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_question_version_see_version_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_question_version_see_step_id"), type_="foreignkey")
        for column in ("see_second", "see_version_id", "see_step_id"):
            batch_op.drop_column(column)
