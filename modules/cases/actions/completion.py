"""Report to the spine that somebody has contributed enough."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person
from modules.actions import complete
from modules.cases.queries.steps import contributions
from modules.cases.rules import has_contributed
from modules.models import Assignment, Module, RuleVersion, Step


def report_contributions(session: Session, cycle_id: int, cohort_id: int, author_id: int, now: datetime) -> None:
    """Complete each case step of the cycle that this cohort has, once its rule's number of posts is written; also when
    the step came after the posts."""
    steps = session.execute(
        select(Step, RuleVersion.terms)
        .join(Module, Module.id == Step.module_id)
        .join(Assignment, Assignment.module_id == Module.id)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .where(
            Module.cycle_id == cycle_id,
            Assignment.cohort_id == cohort_id,
            Step.kind == "cases",
            Step.archived_at.is_(None),
        )
    ).all()
    if not steps:
        return
    posts = contributions(session, cycle_id, cohort_id, author_id)
    author = session.get_one(Person, author_id)
    for step, terms in steps:
        if has_contributed(posts, (terms or {}).get(step.public_id) or {}):
            complete(session, step, author, now=now, source="cases")
