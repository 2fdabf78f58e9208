"""Who has finished a module and does not meet the rule that the cohort follows now: taken back only as an act of its
own, with a reason, from those who were looked at."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import notices
from app.errors import Invalid
from app.i18n import lazy
from app.people.models import Cohort
from app.text import clean_line
from modules.actions.completing import take_back_each
from modules.actions.finishing import end_finished
from modules.models import Assignment, Module, ModuleTitle, RuleVersion, Step
from modules.queries.weighing import facts_of, weighed

LONGEST_REASON = 500
KIND = notices.Kind(
    "module_taken_back",
    lazy("A module is no longer finished"),
    lazy("“%(title)s” no longer counts as finished: %(why)s"),
)


def take_back_unmet(
    session: Session, cohort: Cohort, assignment: Assignment, people: Collection[str], why: str, *, now: datetime,
    by: Any,
) -> int:  # fmt: skip
    """Take the module back from those of these people (public ids) who do not meet the cohort's rule; how many. What
    they have seen stays, and each is told why."""
    reason = clean_line(why, longest=LONGEST_REASON)
    if not reason:
        raise Invalid(fields={"why": lazy("Say why: the learner will read it.")})
    module = session.get_one(Module, assignment.module_id)
    terms = session.get_one(RuleVersion, assignment.rule_version_id).terms
    lines = weighed(session, module, terms, [cohort.id], now)
    losing = {who.id for line in lines for who in line.lose if who.public_id in people and who.id != by.id}
    if not losing:
        return 0
    facts = facts_of(session, module.id)
    would = {person_id: facts.under(terms, person_id, now) for person_id in losing}
    for step in session.scalars(sa.select(Step).where(Step.id.in_([each.id for each in facts.steps]))):
        gone = [p for p in losing if (p, step.id) in facts.done and step.public_id not in would[p]]
        take_back_each(session, step, dict.fromkeys(gone, reason), by=by, now=now)
    end_finished(session, module.id, dict.fromkeys(losing, reason), by=by, now=now)
    titles = sa.select(ModuleTitle.lang, ModuleTitle.title).where(ModuleTitle.module_id == module.id)
    told = {"title": notices.titles(dict(row._tuple() for row in session.execute(titles))), "why": reason}
    path, key = f"/why/module/{module.public_id}", f"{module.public_id}-{now.isoformat()}"
    notices.tell_all(session, KIND.name, [(person_id, key, path, told) for person_id in losing], now=now)
    return len(losing)
