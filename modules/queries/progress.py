"""How a cohort stands: per learner, per step. The number of statements does not depend on how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from app.text import fold
from media.models import TimeMap
from modules import rules
from modules.models import Assignment, Completion, Coverage, ModuleCompletion, Step
from modules.queries.learners import Facts, LearnerRow, Standing
from modules.queries.shapes import ModuleView
from modules.queries.standing import cohort_modules
from modules.queries.statements import COHORT, PERSON, kept, maps_to, newest_version
from modules.queries.statements import stands as standing
from modules.stands import Stands, last_there, of_people

NO_FACTS = Facts()


@dataclass(frozen=True)
class CohortProgress:
    """A cohort: its modules without anybody's facts, and its learners from the most to the least advanced."""

    modules: Sequence[ModuleView]
    learners: Sequence[LearnerRow]

    def finished(self, module: ModuleView) -> int:
        """How many learners have done the module."""
        return sum(each.done for learner in self.learners for each in learner.standings if each.module.id == module.id)

    @property
    def all_done(self) -> int:
        """How many learners have done every module."""
        return sum(learner.finished for learner in self.learners)


def cohort_progress(
    session: Session, cohort: Cohort, lang: str, only: LearnerRow | None = None, *, brief: bool = False
) -> CohortProgress:
    """Everybody's standing (or one learner's) in six statements, and one for each room that says who was there.
    `brief`: for shares and bands, without the passages of steps that are done."""
    modules = cohort_modules(session, cohort, lang)
    people = [] if only else fetch(session, _who(brief), {"cohort": cohort.id})
    learners = [only] if only else [LearnerRow(row.id, row.public_id, row.name, last_at=row.seen_at) for row in people]
    facts = _facts(session, cohort, modules, only, brief)
    last = last_there(session, cohort.id)
    rows = [_stood(row, modules, facts.get(row.id, NO_FACTS), last.get(row.id)) for row in learners]
    return CohortProgress(modules, sorted(rows, key=lambda row: -row.fraction))


def stands_of(session: Session, found: CohortProgress, modules: Sequence[ModuleView] | None = None) -> Stands:
    """What other rooms say of the learners' steps (of these modules only), done or not. One statement for each kind."""
    chosen = found.modules if modules is None else modules
    steps = [(step.id, step.kind) for module in chosen for step in module.steps]
    return of_people(session, [row.id for row in found.learners], steps)


def facts_of(session: Session, cohort: Cohort, modules: Sequence[ModuleView]) -> dict[int, Facts]:
    """What each learner of a cohort did of these modules, by the person's id. Three statements."""
    return _facts(session, cohort, modules, None)


def search(rows: Sequence[LearnerRow], words: str) -> list[LearnerRow]:
    """The learners whose name holds every word, without regard to case or accents."""
    wanted = fold(words).split()
    return [row for row in rows if all(word in fold(row.name) for word in wanted)]


@cache
def _who(brief: bool) -> Any:
    """The learners by name; `brief`: also when each last saw something, which is read with the passages otherwise."""
    given = sa.select(Assignment.module_id).where(Assignment.cohort_id == COHORT)
    seen_at = (
        sa.select(sa.func.max(Coverage.position_at))
        .join(Step, Step.id == Coverage.step_id)
        .where(Coverage.person_id == Person.id, Step.module_id.in_(given))
        .scalar_subquery()
    )
    columns = Person.id, Person.public_id, Person.name, (seen_at if brief else sa.null()).label("seen_at")
    learns = sa.exists().where(
        Membership.person_id == Person.id, Membership.cohort_id == COHORT, Membership.role == Role.LEARNER,
        Membership.ended_at.is_(None),
    )  # fmt: skip
    return sa.select(*columns).where(learns).order_by(Person.name, Person.id)


def _facts(
    session: Session, cohort: Cohort, modules: Sequence[ModuleView], only: LearnerRow | None, brief: bool = False
) -> dict[int, Facts]:
    """What each person did, by the person's id. Three statements."""
    asked = {"cohort": cohort.id} | ({"person": only.id} if only else {})
    steps = {step.id: step for module in modules for step in module.steps}
    kept_of: dict[tuple[int, int], list[Any]] = {}
    for row in fetch(session, _seen(only is not None, brief), asked):
        if row.step_id in steps:
            kept_of.setdefault((row.person_id, row.step_id), []).append(row)
    seen: dict[int, dict[int, rules.Carried]] = {}
    for (person_id, step_id), rows in kept_of.items():
        step = steps[step_id]
        seen.setdefault(person_id, {})[step_id] = rules.carried(rows, step.version_id, step.duration, step.classes)
    done: dict[int, dict[int, datetime]] = {}
    for person_id, step_id, at in fetch(session, _done(only is not None), asked):
        if step_id in steps:
            done.setdefault(person_id, {})[step_id] = at
    ended: dict[int, dict[int, datetime]] = {}
    for person_id, module_id, at in fetch(session, _finished(only is not None), asked):
        ended.setdefault(person_id, {})[module_id] = at
    return {
        person_id: Facts(seen.get(person_id, {}), done.get(person_id, {}), ended.get(person_id, {}))
        for person_id in seen | done | ended
    }


@cache
def _seen(one: bool, brief: bool) -> Any:
    statement = sa.select(Coverage.person_id, Coverage.step_id, *kept()).join(Step, Step.id == Coverage.step_id)
    if brief:
        own = Completion.person_id == Coverage.person_id, Completion.step_id == Coverage.step_id
        statement = statement.where(~sa.exists().where(*own, standing()).correlate(Coverage))
    return _of_cohort(statement.outerjoin(TimeMap, maps_to(newest_version())), Coverage.person_id, one)


@cache
def _done(one: bool) -> Any:
    statement = (
        sa.select(Completion.person_id, Completion.step_id, sa.func.min(Completion.at))
        .join(Step, Step.id == Completion.step_id)
        .where(standing())
        .group_by(Completion.person_id, Completion.step_id)
    )
    return _of_cohort(statement, Completion.person_id, one)


@cache
def _finished(one: bool) -> Any:
    statement = sa.select(ModuleCompletion.person_id, ModuleCompletion.module_id, ModuleCompletion.at)
    open_ones = statement.where(ModuleCompletion.ended_at.is_(None))
    return _of_cohort(open_ones, ModuleCompletion.person_id, one, ModuleCompletion.module_id)


def _of_cohort(statement: Any, person_id: Any, one: bool, module_id: Any = Step.module_id) -> Any:
    """What the cohort's learners (or one person) did of the modules that it has; the statement names the module."""
    given = sa.select(Assignment.module_id).where(Assignment.cohort_id == COHORT)
    learners = sa.select(Membership.person_id).where(
        Membership.cohort_id == COHORT, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )
    who = person_id == PERSON if one else person_id.in_(learners)
    return statement.where(who, module_id.in_(given))


def _stood(row: LearnerRow, modules: Sequence[ModuleView], facts: Facts, there: datetime | None) -> LearnerRow:
    last_at = max((at for at in (facts.last_at, there, row.last_at) if at), default=None)
    return replace(row, standings=tuple(Standing(module, facts) for module in modules), last_at=last_at)
