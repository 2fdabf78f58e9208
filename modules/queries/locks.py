"""Which step must be done first, where the rules of somebody's cohort ask for an order."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules import rules
from modules.models import Assignment, ModuleCompletion, RuleVersion, Step
from modules.queries import finished


def locked_by(session: Session, person_id: int, step: Step, now: datetime) -> str | None:
    """The public id of the step that opens this one; None where it is open, or where the person leads.

    It reads what completing writes, in the same transaction: nothing is done and yet locked.
    """
    rows = session.execute(
        sa.select(Membership.role, RuleVersion.terms)
        .join(Cohort, Cohort.id == Membership.cohort_id)
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .where(
            Membership.person_id == person_id, Membership.ended_at.is_(None), Cohort.archived_at.is_(None),
            Assignment.module_id == step.module_id,
            sa.or_(Assignment.opens_at.is_(None), Assignment.opens_at <= now),
        )
    ).all()  # fmt: skip
    free = any(role == Role.TRAINER or not rules.in_order(terms, rules.MODULE) for role, terms in rows)
    if not rows or free or _finished(session, person_id, step.module_id):
        return None
    done = finished.doing(session, step.module_id, [person_id], open_too=True).get(person_id, {})
    there = [(each.public_id, each.public_id in done) for each in finished.steps(session, step.module_id)]
    first = [rules.locked_by(terms, rules.MODULE, there).get(step.public_id) for _role, terms in rows]
    return None if None in first else first[0]


def _finished(session: Session, person_id: int, module_id: int) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(
        ModuleCompletion.person_id == person_id, ModuleCompletion.module_id == module_id,
        ModuleCompletion.ended_at.is_(None),
    ))))  # fmt: skip
