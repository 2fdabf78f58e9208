"""Which cohorts have a module."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules.models import Assignment, Module, Step


def who_has(session: Session, module: Module) -> list[tuple[str, str, int, Any]]:
    """The cohorts that have a module, by name: (name, public id, how many learn there, assignment). One statement."""
    learners = sa.select(sa.func.count()).where(
        Membership.cohort_id == Cohort.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )
    rows = session.execute(
        sa.select(Cohort.name, Cohort.public_id, learners.correlate(Cohort).scalar_subquery(), Assignment)
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .where(Assignment.module_id == module.id, Cohort.archived_at.is_(None))
        .order_by(Cohort.name, Cohort.id)
    )
    return [(name, public_id, count, assignment) for name, public_id, count, assignment in rows]


def cohorts_with(session: Session, step: Step) -> list[Cohort]:
    """The cohorts that have the step's module, oldest first."""
    return list(
        session.scalars(
            sa.select(Cohort)
            .join(Assignment, Assignment.cohort_id == Cohort.id)
            .where(Assignment.module_id == step.module_id, Cohort.archived_at.is_(None))
            .order_by(Cohort.id)
        )
    )
