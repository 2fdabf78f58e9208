"""When each learner of a cohort last saw something of a step, and did it: for who asks only when, without passages."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules.models import Assignment, Completion, Coverage, ModuleCompletion, Step
from modules.queries.statements import COHORT, stands

Moments = Mapping[int, Mapping[int, datetime | None]]  # By the ids of person and step.


def deeds(session: Session, cohort: Cohort) -> tuple[Moments, Moments]:
    """What was seen, and what is done. Two statements."""
    seen, done = (_by_person(fetch(session, _newest(kind), {"cohort": cohort.id})) for kind in ("seen", "done"))
    return seen, done


def finishers(session: Session, cohort: Cohort) -> set[tuple[int, int]]:
    """Who has finished which module, by the ids of person and module: a step that came later changes nothing of it."""
    return {(person_id, module_id) for person_id, module_id in fetch(session, _finished(), {"cohort": cohort.id})}


def _by_person(rows: Any) -> dict[int, dict[int, datetime | None]]:
    found: dict[int, dict[int, datetime | None]] = {}
    for person_id, step_id, at in rows:
        found.setdefault(person_id, {})[step_id] = at
    return found


@cache
def _newest(kind: str) -> Any:
    table, at, counts = (
        (Coverage, Coverage.position_at, sa.true()) if kind == "seen" else (Completion, Completion.at, stands())
    )
    given = sa.select(Assignment.module_id).where(Assignment.cohort_id == COHORT)
    return (
        sa.select(table.person_id, table.step_id, sa.func.max(at))
        .join(Step, Step.id == table.step_id)
        .where(table.person_id.in_(_learners()), Step.module_id.in_(given), counts)
        .group_by(table.person_id, table.step_id)
    )


@cache
def _finished() -> Any:
    return sa.select(ModuleCompletion.person_id, ModuleCompletion.module_id).where(
        ModuleCompletion.person_id.in_(_learners()), ModuleCompletion.ended_at.is_(None)
    )


def _learners() -> Any:
    return sa.select(Membership.person_id).where(
        Membership.cohort_id == COHORT, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )
