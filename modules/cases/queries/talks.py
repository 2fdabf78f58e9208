"""When discussions were opened and closed, for the timeline of their cohort. One statement."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort
from modules.cases.models import Case, Thread
from modules.moments import Moment, What
from modules.queries.statements import COHORTS


def talks(session: Session, cohort_ids: Sequence[int], _lang: str) -> list[Moment]:
    """Of these cohorts."""
    found = []
    for row in fetch(session, _talks(), {"cohorts": list(cohort_ids)}):
        common: dict[str, Any] = {
            "cohort_id": row.cohort_id, "zone": row.zone, "title": row.title, "path": f"/threads/{row.public_id}",
        }  # fmt: skip
        found.append(Moment(f"talk-{row.public_id}", What.TALK, at=row.at, changed_at=row.at, **common))
        if row.closed_at:
            closed = {"at": row.closed_at, "changed_at": row.closed_at}
            found.append(Moment(f"closed-{row.public_id}", What.TALK_CLOSED, **closed, **common))
    return found


@cache
def _talks() -> Any:
    return (
        sa.select(Thread.public_id, Thread.cohort_id, Thread.title, Thread.at, Thread.closed_at, Cohort.zone)
        .join(Case, Case.id == Thread.case_id)
        .join(Cohort, Cohort.id == Thread.cohort_id)
        .where(Thread.cohort_id.in_(COHORTS), Thread.archived_at.is_(None), Case.archived_at.is_(None))
    )
