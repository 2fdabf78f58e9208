"""keep finished modules and cycles."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = ()
depends_on = None

FIRST_RULES = """
INSERT INTO cycle_rule (cycle_id, number, terms, at)
SELECT cycle.id, 1, '{}', cycle.created_at FROM cycle
"""
MODULES = """
INSERT INTO module_completion (person_id, module_id, rule_version_id, at)
SELECT earned.person_id, step.module_id, max(earned.rule), max(earned.at)
FROM (
    SELECT completion.person_id, completion.step_id, max(completion.rule_version_id) AS rule, min(completion.at) AS at
    FROM completion
    WHERE NOT EXISTS (
        SELECT 1 FROM revocation
        WHERE revocation.completion_id = completion.id AND revocation.undone_at IS NULL
    )
    GROUP BY completion.person_id, completion.step_id
) AS earned
JOIN step ON step.id = earned.step_id
WHERE step.archived_at IS NULL
GROUP BY earned.person_id, step.module_id
HAVING count(*) = (
    SELECT count(*) FROM step AS each
    WHERE each.module_id = step.module_id AND each.archived_at IS NULL
)
"""
CYCLES = """
INSERT INTO cycle_completion (person_id, cycle_id, cycle_rule_id, at)
SELECT module_completion.person_id, module.cycle_id, min(cycle_rule.id), max(module_completion.at)
FROM module_completion
JOIN module ON module.id = module_completion.module_id
JOIN cycle_rule ON cycle_rule.cycle_id = module.cycle_id
WHERE module.archived_at IS NULL
GROUP BY module_completion.person_id, module.cycle_id
HAVING count(*) = (
    SELECT count(*) FROM module AS each
    WHERE each.cycle_id = module.cycle_id AND each.archived_at IS NULL
)
"""


def upgrade() -> None:
    op.create_table(
        "cycle_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_cycle_rule_by_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_rule_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_rule")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_cycle_rule_cycle_id_number")),
    )
    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_contest_answered_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_contest_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contest_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("person_id", "client_id", name=op.f("uq_contest_person_id_client_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contest_public_id")),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index("ix_contest_cohort_id_answered_at", ["cohort_id", "answered_at"], unique=False)
        batch_op.create_index(
            "uq_contest_open",
            ["person_id", "kind", "about"],
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "cycle_completion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("cycle_rule_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cycle_completion_cohort_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_completion_cycle_id")),
        sa.ForeignKeyConstraint(["cycle_rule_id"], ["cycle_rule.id"], name=op.f("fk_cycle_completion_cycle_rule_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_cycle_completion_ended_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cycle_completion_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_completion")),
    )
    with op.batch_alter_table("cycle_completion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_completion_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(
            "uq_cycle_completion_open",
            ["person_id", "cycle_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "module_completion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_module_completion_ended_by_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_module_completion_module_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_module_completion_person_id")),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_version.id"], name=op.f("fk_module_completion_rule_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_completion")),
    )
    with op.batch_alter_table("module_completion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_module_completion_module_id"), ["module_id"], unique=False)
        batch_op.create_index(
            "uq_module_completion_open",
            ["person_id", "module_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    for statement in (FIRST_RULES, MODULES, CYCLES):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("module_completion", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_module_completion_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_module_completion_module_id"))

    op.drop_table("module_completion")
    with op.batch_alter_table("cycle_completion", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cycle_completion_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cycle_completion_cycle_id"))

    op.drop_table("cycle_completion")
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contest_open",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )
        batch_op.drop_index("ix_contest_cohort_id_answered_at")

    op.drop_table("contest")
    op.drop_table("cycle_rule")
