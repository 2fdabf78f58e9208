"""Which rules count for whom: those that a cohort was given with the module, else the module's newest."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import once
from app.people.models import Membership
from app.people.rules import Role
from modules.models import Assignment, CycleRule, RuleVersion


def rules_for(session: Session, module_id: int, people: Collection[int], now: datetime) -> dict[int, int]:
    """The rule version that counts for each: of the cohort's assignment, else the module's newest. Two statements."""
    own = sa.select(Membership.person_id, sa.func.max(Assignment.rule_version_id)).join(
        Assignment, Membership.cohort_id == Assignment.cohort_id
    )
    own = own.where(
        Assignment.module_id == module_id, Membership.person_id.in_(people), Membership.role == Role.LEARNER,
        Membership.ended_at.is_(None), sa.or_(Assignment.opens_at.is_(None), Assignment.opens_at <= now),
    )  # fmt: skip
    found: dict[int, int] = {row[0]: row[1] for row in session.execute(own.group_by(Membership.person_id))}
    others = set(people).difference(found)
    return found | dict.fromkeys(others, newest_rules(session, module_id, now).id) if others else found


def newest_rules(session: Session, module_id: int, now: datetime) -> RuleVersion:
    """The module's newest rule version; the first one is made when there is none."""
    newest = session.scalar(
        sa.select(RuleVersion).where(RuleVersion.module_id == module_id).order_by(RuleVersion.number.desc()).limit(1)
    )
    if newest is None:
        once(session, RuleVersion(module_id=module_id, number=1, terms={}, at=now))
        newest = session.scalars(
            sa.select(RuleVersion).where(RuleVersion.module_id == module_id).order_by(RuleVersion.number.desc())
        ).first()
    assert newest is not None
    return newest


def cycle_rules(session: Session, cycle_id: int, now: datetime) -> CycleRule:
    """The cycle's newest rule, which counts for everybody; the first one is made when there is none."""
    newest = sa.select(CycleRule).where(CycleRule.cycle_id == cycle_id).order_by(CycleRule.number.desc()).limit(1)
    found = session.scalar(newest)
    if found is None:
        once(session, CycleRule(cycle_id=cycle_id, number=1, terms={}, at=now))
        found = session.scalars(newest).one()
    return found
