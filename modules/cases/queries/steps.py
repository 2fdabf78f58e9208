"""The case steps of a cycle as a cohort has them: what completes each, and where one person stands in it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from modules.cases import rules
from modules.cases.models import Case, Post, Thread
from modules.cases.queries.threads import in_sight
from modules.models import Assignment, Module, RuleVersion, Step
from modules.queries.statements import COHORT, LANG, PERSON, earned
from modules.queries.titles import Titled

CYCLE = sa.bindparam("cycle", type_=sa.Integer())


@dataclass(frozen=True, slots=True)
class CaseStep:
    """A case step of a cohort: how many posts complete it, how many its reader wrote, when the reader did it."""

    title: str
    wanted: int
    written: int
    done_at: datetime | None


def steps_of(session: Session, cycle_id: int, cohort_id: int, person_id: int, lang: str) -> list[CaseStep]:
    """The case steps that a cohort has in a cycle, in their order. Two statements."""
    asked = {"cycle": cycle_id, "cohort": cohort_id, "person": person_id}
    rows = fetch(session, _steps(), {**asked, "lang": lang})
    written = contributions(session, cycle_id, cohort_id, person_id) if rows else 0
    return [
        CaseStep(title, rules.posts_wanted((terms or {}).get(public_id)), written, done_at)
        for public_id, title, terms, done_at in rows
    ]


def contributions(session: Session, cycle_id: int, cohort_id: int, person_id: int) -> int:
    """How many posts in sight a person has written in a cohort's threads on a cycle's cases."""
    asked = {"cycle": cycle_id, "cohort": cohort_id, "person": person_id}
    return int(fetch(session, _contributions(), asked)[0][0])


@cache
def _steps() -> Any:
    titled = Titled(Step, LANG)
    found = (
        sa.select(Step.public_id, titled.text(), RuleVersion.terms, earned())
        .join(Module, Module.id == Step.module_id)
        .join(Assignment, Assignment.module_id == Module.id)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .where(Module.cycle_id == CYCLE, Assignment.cohort_id == COHORT, Step.kind == "cases")
        .where(Step.archived_at.is_(None), Module.archived_at.is_(None))
        .order_by(Module.position, Module.id, Step.position, Step.id)
    )
    return titled.join(found)


@cache
def _contributions() -> Any:
    return (
        sa.select(sa.func.count(Post.id))
        .join(Thread, Thread.id == Post.thread_id)
        .join(Case, Case.id == Thread.case_id)
        .where(Case.cycle_id == CYCLE, Thread.cohort_id == COHORT, Post.author_id == PERSON, in_sight())
    )
