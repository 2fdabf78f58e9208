"""What a newer rule version would change for a cohort that has begun under an older one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.db import fetch
from app.people.models import Cohort, Person
from modules import rules
from modules.models import Assignment, Module, RuleVersion
from modules.queries.progress import CohortProgress
from modules.queries.statements import COHORT, newest_rules


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A recording that would count as done at another share, and how many learners would be done at once."""

    title: str
    before: float
    after: float
    done_at_once: int


@dataclass(frozen=True, slots=True)
class NewerRules:
    """The version that a cohort has and the newest one of the module, with who made it and when."""

    had: int
    number: int
    at: datetime
    by: str | None
    terms: Mapping[str, Any]


def newer_rules(session: Session, assignment: Assignment) -> NewerRules | None:
    """The newest rule version, where the cohort has another. One statement."""
    had = aliased(RuleVersion)
    row = session.execute(
        sa.select(had.number, RuleVersion.number, RuleVersion.at, Person.name, RuleVersion.terms)
        .select_from(Module)
        .join(RuleVersion, RuleVersion.id == newest_rules())
        .join(had, had.id == assignment.rule_version_id)
        .outerjoin(Person, Person.id == RuleVersion.by_id)
        .where(Module.id == assignment.module_id, RuleVersion.id != had.id)
    ).one_or_none()
    return NewerRules(*row) if row else None


def terms_of(session: Session, assignment: Assignment) -> Mapping[str, Any]:
    """What the rule version asks that the cohort has."""
    return session.get_one(RuleVersion, assignment.rule_version_id).terms or {}


def modules_behind(session: Session, cohort: Cohort) -> set[str]:
    """Public ids of the modules for which the cohort has older rules than the newest ones. One statement."""
    return {public_id for (public_id,) in fetch(session, _behind(), {"cohort": cohort.id})}


@cache
def _behind() -> Any:
    return (
        sa.select(Module.public_id)
        .join(Assignment, Assignment.module_id == Module.id)
        .where(Assignment.cohort_id == COHORT, Assignment.rule_version_id != newest_rules())
    )


def rule_changes(found: CohortProgress, module_id: int, newer: NewerRules) -> Sequence[RuleChange]:
    """Which recordings of the module would count at another share."""
    changes = []
    for step in (step for module in found.modules if module.id == module_id for step in module.steps):
        before, after = step.threshold, rules.threshold(newer.terms, step.public_id, step.threshold)
        if step.kind == "recording" and before != after:
            own = [
                each for row in found.learners for module in row.modules for each in module.steps if each.id == step.id
            ]
            more = sum(not each.done_at and rules.seen_enough(each.ranges, each.duration, after) for each in own)
            changes.append(RuleChange(step.title, before, after, more))
    return changes
