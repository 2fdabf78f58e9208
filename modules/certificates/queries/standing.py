"""Who has earned what in a cohort, with the facts behind it: the number of statements does not depend on how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules.certificates.rules.earning import Met, MetModule, Record, attended
from modules.models import Cycle, CycleCompletion, CycleRule, Module, ModuleCompletion, RuleVersion, Sitting, Step
from modules.queries import progress
from modules.queries.learners import LearnerRow
from modules.queries.shapes import ModuleView, StepView
from modules.queries.titles import titles

Dates = Mapping[int, Sequence[tuple[datetime, datetime | None, bool]]]


@dataclass(frozen=True)
class Subject:
    """What can be certified: a cycle, or one module of it."""

    public_id: str
    title: str
    cycle_id: int
    module_id: int | None
    modules: Sequence[ModuleView]


@dataclass(frozen=True)
class Candidate:
    """A learner of the cohort: what was earned, or how many steps are left."""

    id: int
    public_id: str
    name: str
    record: Record | None
    left: int


class Done(NamedTuple):
    """When something was finished, and under which version of its rule."""

    at: datetime
    rule: int


@dataclass(frozen=True)
class Finished:
    """What the learners of a cohort have finished, by (person id, module id) and (person id, cycle id)."""

    modules: Mapping[tuple[int, int], Done]
    cycles: Mapping[tuple[int, int], Done]


@dataclass(frozen=True)
class Standing:
    """A cohort before its certificates: what can be certified, and its learners."""

    subjects: Sequence[Subject]
    found: progress.CohortProgress
    finished: Finished
    dates: Dates

    def candidates(self, subject: Subject) -> list[Candidate]:
        """The learners by name, for one subject."""
        rows = [self._candidate(subject, row) for row in self.found.learners]
        return sorted(rows, key=lambda row: (row.name, row.id))

    def _candidate(self, subject: Subject, row: LearnerRow) -> Candidate:
        wanted = {module.id for module in subject.modules}
        modules = [module for module in row.modules if module.id in wanted]
        left = sum(step.done_at is None for module in modules for step in module.steps)
        of_cycle = self.finished.cycles.get((row.id, subject.cycle_id))
        earned = of_cycle if subject.module_id is None else self.finished.modules.get((row.id, subject.module_id))
        met = [self._met(row, module) for module in modules if (row.id, module.id) in self.finished.modules]
        record = Record(tuple(met), of_cycle.rule if of_cycle and subject.module_id is None else 0)
        return Candidate(row.id, row.public_id, row.name, record if earned else None, left)

    def _met(self, row: LearnerRow, module: ModuleView) -> MetModule:
        steps = tuple(self._step(step) for step in module.steps if step.done_at)
        done = self.finished.modules[row.id, module.id]
        return MetModule(module.number, str(module.title), module.dye, done.rule, done.at.date().isoformat(), steps)

    def _step(self, step: StepView) -> Met:
        seconds = {"recording": step.seen_seconds, "in_person": attended(self.dates.get(step.id, ()))}.get(step.kind)
        share = step.threshold if step.kind == "recording" else None
        assert step.done_at is not None
        return Met(str(step.title), step.kind, share, step.done_at.date().isoformat(), seconds)


def standing(session: Session, cohort: Cohort, lang: str, only: LearnerRow | None = None) -> Standing:
    """How the cohort stands (or one learner of it), with titles in this language."""
    found = progress.cohort_progress(session, cohort, lang, only)
    cycle_ids = list(dict.fromkeys(module.cycle_id for module in found.modules))
    cycles = session.scalars(sa.select(Cycle).where(Cycle.id.in_(cycle_ids)).order_by(Cycle.id)).all()
    named = titles(session, cycles, lang)
    subjects = [
        Subject(cycle.public_id, named[cycle.id], cycle.id, None, [m for m in found.modules if m.cycle_id == cycle.id])
        for cycle in cycles
    ]
    alone = [Subject(m.public_id, m.title, m.cycle_id, m.id, [m]) for m in found.modules]
    return Standing(subjects + alone, found, _finished(session, cohort), _dates(session, cohort))


def _finished(session: Session, cohort: Cohort) -> Finished:
    """As the spine keeps it: steps and rules that come later change nothing of it."""
    learners = sa.select(Membership.person_id).where(
        Membership.cohort_id == cohort.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )
    modules = session.execute(
        sa.select(ModuleCompletion.person_id, ModuleCompletion.module_id, ModuleCompletion.at, RuleVersion.number)
        .join(RuleVersion, RuleVersion.id == ModuleCompletion.rule_version_id)
        .where(ModuleCompletion.person_id.in_(learners), ModuleCompletion.ended_at.is_(None))
    )
    cycles = session.execute(
        sa.select(CycleCompletion.person_id, CycleCompletion.cycle_id, CycleCompletion.at, CycleRule.number)
        .join(CycleRule, CycleRule.id == CycleCompletion.cycle_rule_id)
        .where(CycleCompletion.person_id.in_(learners), CycleCompletion.ended_at.is_(None))
    )
    return Finished(*({(row[0], row[1]): Done(row[2], row[3]) for row in rows} for rows in (modules, cycles)))


def _dates(session: Session, cohort: Cohort) -> Dates:
    rows = session.execute(
        sa.select(Sitting.step_id, Sitting.starts_at, Sitting.ends_at, Sitting.day_only)
        .join(Step, Step.id == Sitting.step_id)
        .join(Module, Module.id == Step.module_id)
        .where(Sitting.cohort_id == cohort.id, Sitting.cancelled_at.is_(None))
        .order_by(Sitting.starts_at)
    )
    found: dict[int, list[tuple[datetime, datetime | None, bool]]] = {}
    for row in rows:
        found.setdefault(row.step_id, []).append((row.starts_at, row.ends_at, row.day_only))
    return found
