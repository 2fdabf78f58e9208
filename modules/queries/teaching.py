"""Which cohorts have each module, how far they are in it, and when it is due: for who leads them."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules.models import Assignment, Step
from modules.queries.statements import COHORTS, done_by_member


class Given(NamedTuple):
    """A module in a cohort: what share of its (learner, step) pairs is done, and until when it runs."""

    cohort: str
    cohort_id: str
    share: float
    due_at: datetime | None
    zone: str


def given(session: Session, cohort_ids: Sequence[int] | None) -> dict[int, list[Given]]:
    """By module id, the cohorts (None: all) that have it. One statement."""
    asked = {} if cohort_ids is None else {"cohorts": list(cohort_ids)}
    found: dict[int, list[Given]] = {}
    for module_id, cohort, cohort_id, due_at, zone, pairs, done in fetch(session, _given(cohort_ids is None), asked):
        share = (done or 0) / pairs if pairs else 0.0
        found.setdefault(module_id, []).append(Given(cohort, cohort_id, share, due_at, zone))
    return found


@cache
def _given(every: bool) -> Any:
    learns = sa.and_(
        Membership.cohort_id == Cohort.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )  # fmt: skip
    pair = sa.and_(Step.id.is_not(None), Membership.id.is_not(None))
    statement = (
        sa.select(
            Assignment.module_id, Cohort.name, Cohort.public_id, Assignment.due_at, Assignment.zone,
            sa.func.sum(sa.case((pair, 1), else_=0)), sa.func.sum(sa.case((done_by_member(), 1), else_=0)),
        )
        .select_from(Assignment)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .outerjoin(Step, sa.and_(Step.module_id == Assignment.module_id, Step.archived_at.is_(None)))
        .outerjoin(Membership, learns)
        .where(Cohort.archived_at.is_(None))
        .group_by(Assignment.id, Cohort.id)
        .order_by(Cohort.name, Cohort.id)
    )  # fmt: skip
    return statement if every else statement.where(Cohort.id.in_(COHORTS))
