"""What counts as done is changed by a new rule version, never in place; a cohort that has begun keeps its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import once
from app.errors import Conflict, Invalid
from app.i18n import lazy
from media.models import Version
from modules import rules
from modules.actions.assigning import note
from modules.actions.building import checked_share
from modules.actions.completing import complete_all_seen
from modules.actions.finishing import settle
from modules.actions.governing import newest_rules
from modules.models import Assignment, Module, RuleVersion, Step
from modules.queries.statements import newest_version
from modules.rules.impossible import cleaned, impossible

TRIES = 3
NEWER = lazy(
    "Somebody has kept another rule in the meantime: it stands below, under “Versions”. What you wrote is still here; "
    "look at it again, then keep it."
)


def set_threshold(session: Session, step: Step, share: float, *, now: datetime, by: Any) -> RuleVersion:
    """How much of a recording must be seen: a new rule version for cohorts that are given the module from now on."""
    checked_share(share)
    for _try in range(TRIES):
        newest = newest_rules(session, step.module_id, now)
        if rules.threshold(newest.terms, step.public_id, step.share) == share:
            return newest
        terms = {**newest.terms, step.public_id: {**newest.terms.get(step.public_id, {}), "coverage": share}}
        version = RuleVersion(module_id=step.module_id, number=newest.number + 1, terms=terms, at=now, by_id=by.id)
        if once(session, version):
            return version
    raise Conflict(lazy("Somebody is changing the rules of this module as well. Look at them and save again."))


def rule(
    session: Session, module: Module, terms: Mapping[str, Any], number: int, *, now: datetime, by: Any
) -> RuleVersion:  # fmt: skip
    """Keep these terms as the version after `number`, for cohorts that are given the module from now on; terms that ask
    the same are the same version. Nobody's completion is touched."""
    there = session.scalars(sa.select(Step.public_id).where(Step.module_id == module.id, Step.archived_at.is_(None)))
    if impossible(terms, list(there)):
        raise Invalid(lazy("Nobody could keep this rule."))
    newest = newest_rules(session, module.id, now)
    if newest.number != number:
        raise Conflict(NEWER)
    if cleaned(newest.terms) == cleaned(terms):
        return newest
    version = RuleVersion(module_id=module.id, number=number + 1, terms=dict(terms), at=now, by_id=by.id)
    if not once(session, version):
        raise Conflict(NEWER)
    return version


def adopt_rules(session: Session, assignment: Assignment, number: int | None, *, now: datetime, by: Any) -> None:
    """Move a cohort to the newest rule version, the one that was looked at.

    What is done stays done; who has seen enough under the new rules is done from now on.
    """
    session.refresh(assignment, with_for_update=True)
    before = session.get_one(RuleVersion, assignment.rule_version_id)
    newest = newest_rules(session, assignment.module_id, now)
    if newest.id == before.id or newest.number != number:
        raise Conflict(lazy("The rules of this module or of this cohort have changed. Look at them again."))
    assignment.rule_version_id = newest.id
    note(session, assignment, "rules", now=now, by=by)
    for step, duration in session.execute(_recordings(), {"module": assignment.module_id}).all():
        had, now_asked = (rules.threshold(one.terms, step.public_id, step.share) for one in (before, newest))
        if had != now_asked:
            complete_all_seen(session, step, duration, now=now)
    settle(session, assignment.module_id, None, now=now)


def _recordings() -> Any:
    return (
        sa.select(Step, Version.duration)
        .join(Version, Version.id == newest_version())
        .where(Step.module_id == sa.bindparam("module"), Step.kind == "recording", Step.archived_at.is_(None))
    )
