"""Which module a recording belongs to, for the bands of the recordings pages."""

from typing import Any

import sqlalchemy as sa

from modules.models import Module, Step


def place(recording_id: Any) -> Any:
    """The place of the first module whose step shows the recording, for a statement that names its id."""
    shown = sa.select(sa.func.min(Module.position)).join(Step, Step.module_id == Module.id)
    live = shown.where(Step.recording_id == recording_id, Step.archived_at.is_(None), Module.archived_at.is_(None))
    return live.correlate_except(Module, Step).scalar_subquery()
