"""The case steps of a cycle as a cohort has them: what completes each, and where one person stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import Instant, fetch
from app.people.models import Cohort
from modules.cases import rules
from modules.cases.models import Case, Post, Thread
from modules.cases.queries.threads import at_hand, in_sight
from modules.models import Assignment, Cycle, Module, RuleVersion, Step
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


@dataclass(frozen=True, slots=True)
class Silent:
    """A cohort and a cycle, by their public ids, where case steps have no open discussion, and how many."""

    cohort: str
    cycle: str
    steps: int


def silent(session: Session, cohorts: Sequence[int], now: datetime) -> list[Silent]:
    """Where these cohorts have a case step and nowhere to write, the newest cohort first. One statement."""
    return [Silent(*row) for row in fetch(session, _silent(), {"cohorts": list(cohorts), "now": now})]


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
def _silent() -> Any:
    """A step whose last day has passed is over: its discussions may well be closed."""
    opened = sa.exists().where(
        Thread.cohort_id == Cohort.id, Thread.closed_at.is_(None), Case.id == Thread.case_id,
        Case.cycle_id == Module.cycle_id, at_hand(), Case.archived_at.is_(None),
    ).correlate(Cohort, Module)  # fmt: skip
    due = sa.or_(Assignment.due_at.is_(None), Assignment.due_at >= sa.bindparam("now", type_=Instant()))
    return (
        sa.select(Cohort.public_id, Cycle.public_id, sa.func.count(Step.id))
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .join(Module, Module.id == Assignment.module_id)
        .join(Cycle, Cycle.id == Module.cycle_id)
        .join(Step, Step.module_id == Module.id)
        .where(Cohort.id.in_(sa.bindparam("cohorts", expanding=True)), Cohort.archived_at.is_(None))
        .where(Step.kind == "cases", Step.archived_at.is_(None), Module.archived_at.is_(None), due, ~opened)
        .group_by(Cohort.id, Cohort.public_id, Cycle.id, Cycle.public_id)
        .order_by(Cohort.id.desc(), Cycle.id)
    )


@cache
def _contributions() -> Any:
    return (
        sa.select(sa.func.count(Post.id))
        .join(Thread, Thread.id == Post.thread_id)
        .join(Case, Case.id == Thread.case_id)
        .where(Case.cycle_id == CYCLE, Thread.cohort_id == COHORT, Post.author_id == PERSON, in_sight())
    )
