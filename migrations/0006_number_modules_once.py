"""number modules once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = ()
depends_on = None

LIVING = sa.text("archived_at IS NULL")
LONGEST = 8


def upgrade() -> None:
    _tell_apart()
    with op.batch_alter_table("module", schema=None) as batch_op:
        batch_op.create_index(
            "uq_module_number", ["cycle_id", "number"], unique=True, sqlite_where=LIVING, postgresql_where=LIVING
        )


def downgrade() -> None:
    with op.batch_alter_table("module", schema=None) as batch_op:
        batch_op.drop_index("uq_module_number", sqlite_where=LIVING, postgresql_where=LIVING)


def _tell_apart() -> None:
    """The first module with a number keeps it; each later one of its cycle gets it with a mark: 3, 3 (2), 3 (3)."""
    module = sa.table("module", *map(sa.column, ("id", "cycle_id", "number", "position", "archived_at")))
    asked = sa.select(module.c.id, module.c.cycle_id, module.c.number).where(
        module.c.archived_at.is_(None), module.c.number.is_not(None)
    )
    rows = op.get_bind().execute(asked.order_by(module.c.cycle_id, module.c.position, module.c.id)).all()
    taken = {(cycle_id, number) for _id, cycle_id, number in rows}
    kept = set()
    for row_id, cycle_id, number in rows:
        if (cycle_id, number) not in kept:
            kept.add((cycle_id, number))
            continue
        marks = (f" ({count})" for count in range(2, len(rows) + 2))
        marked = next(one for mark in marks if (cycle_id, one := number[: LONGEST - len(mark)] + mark) not in taken)
        taken.add((cycle_id, marked))
        op.execute(module.update().where(module.c.id == row_id).values(number=marked))
