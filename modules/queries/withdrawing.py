"""What goes from sight when a module is taken from a cohort, and what was taken and can be given back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules.models import Assignment, AssignmentChange, Completion, Coverage, Module, Sitting, Step
from modules.queries.statements import stands
from modules.queries.titles import titles


class AtStake(NamedTuple):
    """Learners of the cohort, those of them who have begun the module, its steps, and its days ahead."""

    learners: int
    begun: int
    steps: int
    days: int


def at_stake(session: Session, assignment: Assignment, now: datetime) -> AtStake:
    """What the learners of a cohort lose from sight with a module. One statement."""
    learns = (
        Membership.cohort_id == assignment.cohort_id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )  # fmt: skip
    standing = (Step.module_id == assignment.module_id, Step.archived_at.is_(None))
    did = sa.exists().where(
        Completion.person_id == Membership.person_id, Completion.step_id == Step.id, *standing, stands()
    )
    saw = sa.exists().where(Coverage.person_id == Membership.person_id, Coverage.step_id == Step.id, *standing)
    ahead = (
        Sitting.step_id == Step.id, Sitting.cohort_id == assignment.cohort_id, Sitting.cancelled_at.is_(None),
        sa.func.coalesce(Sitting.ends_at, Sitting.starts_at) >= now,
    )  # fmt: skip
    counts = (
        sa.select(sa.func.count()).select_from(Membership).where(*learns),
        sa.select(sa.func.count()).select_from(Membership).where(*learns, sa.or_(did, saw)),
        sa.select(sa.func.count()).select_from(Step).where(*standing),
        sa.select(sa.func.count()).select_from(Sitting).join(Step, sa.and_(*ahead, *standing)),
    )
    return AtStake(*session.execute(sa.select(*(count.scalar_subquery() for count in counts))).one())


def withdrawn(session: Session, cohort: Cohort, lang: str) -> Sequence[tuple[AssignmentChange, Module, str]]:
    """The modules that were taken from a cohort and not given again: how each stood then, with its title."""
    rows = session.execute(
        taken_from(cohort).order_by(Module.cycle_id, Module.position, Module.id)
    ).all()  # fmt: skip
    names = titles(session, [module for _change, module in rows], lang)
    return [(change, module, names[module.id]) for change, module in rows]


def taken_from(cohort: Cohort) -> Any:
    """The last decision about each living module that the cohort had and has no longer, with the module."""
    last = sa.select(sa.func.max(AssignmentChange.id)).where(AssignmentChange.cohort_id == cohort.id)
    has = sa.exists().where(Assignment.cohort_id == cohort.id, Assignment.module_id == Module.id)
    return (
        sa.select(AssignmentChange, Module)
        .join(Module, Module.id == AssignmentChange.module_id)
        .where(AssignmentChange.id.in_(last.group_by(AssignmentChange.module_id)), Module.archived_at.is_(None), ~has)
    )
