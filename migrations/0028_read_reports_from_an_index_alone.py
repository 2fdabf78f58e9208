"""read reports from an index alone."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = ()
depends_on = None

COLUMNS = (
    "cycle_id", "module_id", "days", "cohort_id", "since", "begun", "finished", "seconds", "presences", "country",
    "institution", "gender",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("learner_tally", schema=None) as batch_op:
        batch_op.drop_index("ix_learner_tally_cycle_id_module_id")
        batch_op.create_index("ix_learner_tally_report", list(COLUMNS), unique=False)


def downgrade() -> None:
    with op.batch_alter_table("learner_tally", schema=None) as batch_op:
        batch_op.drop_index("ix_learner_tally_report")
        batch_op.create_index("ix_learner_tally_cycle_id_module_id", ["cycle_id", "module_id"], unique=False)
