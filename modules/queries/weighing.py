"""Who would have finished a module under other rules, and who would not, cohort by cohort. Constant statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from media.models import TimeMap, Version
from modules import rules
from modules.models import Assignment, Completion, Coverage, Module, ModuleCompletion, RuleVersion, Step
from modules.queries.statements import kept, maps_to, newest_version, stands


class Who(NamedTuple):
    """A learner of a cohort that has the module; `terms` are those of the cohort now."""

    cohort_id: int
    cohort: str
    cohort_public_id: str
    id: int
    public_id: str
    name: str
    number: int


@dataclass(frozen=True)
class Weighed:
    """A cohort: who would have finished at once, and who has finished and would not have."""

    cohort: str
    public_id: str
    number: int
    learners: int
    gain: list[Who] = field(default_factory=list)
    lose: list[Who] = field(default_factory=list)


@dataclass(frozen=True)
class Facts:
    """What people did of a module: the source of each completion by person and step, and what they saw."""

    steps: Sequence[Any]
    done: Mapping[tuple[int, int], tuple[datetime, str]]
    seen: Mapping[tuple[int, int], list[Any]]
    finished: set[int]

    def under(self, terms: Mapping[str, Any], person_id: int, now: datetime) -> dict[str, datetime]:
        """Which steps the person has done if these terms had always counted, by public id."""
        found: dict[str, datetime] = {}
        for step in self.steps:
            at, source = self.done.get((person_id, step.id), (None, ""))
            if step.kind == "recording" and source in ("", "watching"):
                rows = self.seen.get((person_id, step.id), [])
                enough = self._enough(rows, step, terms) if rows else source == "watching"
                at = (at or now) if enough else None
            if at is not None:
                found[step.public_id] = at
        return found

    def _enough(self, rows: Sequence[Any], step: Any, terms: Mapping[str, Any]) -> bool:
        durations = {row.of_version_id: row.duration for row in rows} | {step.version_id: step.duration}
        asked = rules.threshold(terms, step.public_id, step.share)
        return rules.finished(rows, step.version_id, durations, asked, rules.classes(terms, step.public_id))


def weighed(
    session: Session, module: Module, terms: Mapping[str, Any], cohorts: Sequence[int] | None, now: datetime
) -> list[Weighed]:
    """Each cohort (of these) that has the module, under these terms."""
    facts, found = facts_of(session, module.id), []
    there = [step.public_id for step in facts.steps]
    for _cohort, of_cohort in groupby(_learners(session, module.id, cohorts), attrgetter("cohort_id")):
        people = list(of_cohort)
        line = Weighed(people[0].cohort, people[0].cohort_public_id, people[0].number, len(people))
        for who in people:
            would = rules.done_since(terms, rules.MODULE, there, facts.under(terms, who.id, now)) is not None
            if would != (who.id in facts.finished):
                (line.gain if would else line.lose).append(who)
        found.append(line)
    return found


def facts_of(session: Session, module_id: int) -> Facts:
    """What everybody did of the module. Four statements."""
    steps = session.execute(
        sa.select(Step.id, Step.public_id, Step.kind, Step.share, Version.id.label("version_id"), Version.duration)
        .outerjoin(Version, Version.id == newest_version())
        .where(Step.module_id == module_id, Step.archived_at.is_(None))
        .order_by(Step.position, Step.id)
    ).all()
    done = session.execute(
        sa.select(Completion.person_id, Completion.step_id, sa.func.min(Completion.at), sa.func.max(Completion.source))
        .join(Step, Step.id == Completion.step_id)
        .where(Step.module_id == module_id, Step.archived_at.is_(None), stands())
        .group_by(Completion.person_id, Completion.step_id)
    )
    seen: dict[tuple[int, int], list[Any]] = {}
    for row in session.execute(
        sa.select(Coverage.person_id, Coverage.step_id, *kept(), Version.duration)
        .join(Step, Step.id == Coverage.step_id)
        .join(Version, sa.and_(Version.id == Coverage.version_id, Version.recording_id == Step.recording_id))
        .outerjoin(TimeMap, maps_to(newest_version()))
        .where(Step.module_id == module_id, Step.archived_at.is_(None))
    ):
        seen.setdefault((row.person_id, row.step_id), []).append(row)
    finished = session.scalars(
        sa.select(ModuleCompletion.person_id).where(
            ModuleCompletion.module_id == module_id, ModuleCompletion.ended_at.is_(None)
        )
    )
    return Facts(steps, {(row[0], row[1]): (row[2], row[3]) for row in done}, seen, set(finished))


def _learners(session: Session, module_id: int, cohorts: Sequence[int] | None) -> list[Who]:
    asked = (
        sa.select(
            Cohort.id, Cohort.name, Cohort.public_id, Person.id, Person.public_id, Person.name, RuleVersion.number
        )
        .select_from(Assignment)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Assignment.module_id == module_id, Cohort.archived_at.is_(None), Membership.role == Role.LEARNER,
            Membership.ended_at.is_(None),
        )
        .order_by(Cohort.name, Cohort.id, Person.name, Person.id)
    )  # fmt: skip
    rows = session.execute(asked if cohorts is None else asked.where(Cohort.id.in_(cohorts)))
    return [Who(*row) for row in rows]
