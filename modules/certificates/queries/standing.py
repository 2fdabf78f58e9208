"""Who has earned what in a cohort, with the facts behind it: the number of statements does not depend on how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort
from modules.certificates.rules.earning import Met, MetModule, Record, attended, earned
from modules.models import Assignment, Cycle, Module, RuleVersion, Sitting, Step
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


@dataclass(frozen=True)
class Standing:
    """A cohort before its certificates: what can be certified, and its learners."""

    subjects: Sequence[Subject]
    found: progress.CohortProgress
    rules: Mapping[int, int]
    dates: Dates

    def candidates(self, subject: Subject) -> list[Candidate]:
        """The learners by name, for one subject."""
        rows = [self._candidate(subject, row) for row in self.found.learners]
        return sorted(rows, key=lambda row: (row.name, row.id))

    def _candidate(self, subject: Subject, row: LearnerRow) -> Candidate:
        wanted = {module.id for module in subject.modules}
        modules = [module for module in row.modules if module.id in wanted]
        done = [[step.done_at for step in module.steps] for module in modules]
        left = sum(each is None for steps in done for each in steps)
        record = Record(tuple(self._met(module) for module in modules)) if earned(done) else None
        return Candidate(row.id, row.public_id, row.name, record, left)

    def _met(self, module: ModuleView) -> MetModule:
        steps = tuple(self._step(step) for step in module.steps)
        done = max(step.done for step in steps)
        return MetModule(module.number, str(module.title), module.dye, self.rules.get(module.id, 0), done, steps)

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
    return Standing(subjects + alone, found, _rules(session, cohort), _dates(session, cohort))


def _rules(session: Session, cohort: Cohort) -> dict[int, int]:
    rows = session.execute(
        sa.select(Assignment.module_id, RuleVersion.number)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .where(Assignment.cohort_id == cohort.id)
    )
    return {row.module_id: row.number for row in rows}


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
