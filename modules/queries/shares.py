"""How much of a recording each cohort asks its learners to see."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort
from app.people.rules import Role
from modules import rules
from modules.models import Assignment, Module, RuleVersion, Step


def shares(session: Session, person: Any, module: Module, step: Step | None) -> Sequence[tuple[str, float | None]]:
    """The cohorts that the person leads and that have the module, by name, with the share that each asks of the step.

    One statement.
    """
    asked = (
        sa.select(Cohort.id, Cohort.name, RuleVersion.terms)
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .where(Assignment.module_id == module.id, Cohort.archived_at.is_(None))
        .order_by(Cohort.name, Cohort.id)
    )
    return [
        (name, rules.threshold(terms, step.public_id, step.share) if step else None)
        for cohort_id, name, terms in session.execute(asked)
        if person.is_admin or person.holds(Role.TRAINER, [cohort_id])
    ]
