"""The report of a programme: by module, cohort, country, kind of institution and gender, with small numbers hidden."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort
from modules.models import CohortTally, Cycle, LearnerTally, Module
from modules.queries.titles import titles
from modules.rules.programme import Line, Tally, lines, without_totals

MODULE, COHORT, COUNTRY, INSTITUTION, GENDER = DIMENSIONS = ("module", "cohort", "country", "institution", "gender")
_KEYS: Mapping[str, Any] = {
    MODULE: LearnerTally.module_id, COHORT: LearnerTally.cohort_id, COUNTRY: LearnerTally.country,
    INSTITUTION: LearnerTally.institution, GENDER: LearnerTally.gender,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which cycle, of which cohorts (None: all), of people who came from when until when."""

    cycle: Cycle
    cohorts: Sequence[int] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A line with the name of its group; cohorts and modules also have an id that the outside knows."""

    line: Line
    name: str
    public_id: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """By dimension its groups and their sum; and when the cohort was counted whose figures are the oldest."""

    groups: Mapping[str, Sequence[Group]]
    totals: Mapping[str, Line | None]
    at: datetime | None


def programme(session: Session, wanted: Wanted, lang: str) -> Report:
    """Five statements, however many learn."""
    found = _tallies(session, wanted)
    tables = {name: lines(found[name], totalled=name != MODULE) for name in DIMENSIONS}
    bare = without_totals(list(tables.values()))
    cohorts, modules = _cohorts(session, found[COHORT]), _modules(session, found[MODULE], lang)
    named = {COHORT: cohorts, MODULE: modules}
    groups = {
        name: [Group(line, *named[name][line.key]) if name in named else Group(line, line.key) for line in own]
        for name, (own, _total) in tables.items()
    }
    groups[COHORT] = sorted(groups[COHORT], key=lambda group: group.name)
    groups[MODULE] = sorted(groups[MODULE], key=lambda group: list(modules).index(group.line.key))
    totals = {name: None if bare else total for name, (_own, total) in tables.items()}
    return Report(groups, totals, _counted_at(session, wanted))


def cycles(session: Session, lang: str) -> list[tuple[Cycle, str]]:
    """All cycles with their titles, the newest first."""
    rows = session.scalars(sa.select(Cycle).order_by(Cycle.id.desc())).all()
    named = titles(session, rows, lang)
    return [(row, named[row.id]) for row in rows]


def first_since(session: Session, wanted: Wanted) -> datetime | None:
    """When the first learner came."""
    return session.scalar(
        sa.select(sa.func.min(LearnerTally.since)).where(*_of(replace(wanted, since=None, until=None)))
    )


def _tallies(session: Session, wanted: Wanted) -> dict[str, dict[str, Tally]]:
    found: dict[str, dict[str, Tally]] = {name: {} for name in DIMENSIONS}
    for name, key, days, enrolled, begun, finished, seconds, presences in session.execute(_statement(wanted)):
        own = Counter({days: finished}) if days is not None else Counter[int]()
        tally = Tally(enrolled, begun, finished, seconds, presences, own)
        found[name].setdefault(key, Tally()).add(tally)
    return {name: dict(sorted(own.items())) for name, own in found.items()}


def _statement(wanted: Wanted) -> Any:
    sums = [
        sa.func.sum(column)
        for column in (LearnerTally.begun, LearnerTally.finished, LearnerTally.seconds, LearnerTally.presences)
    ]
    parts = [
        sa.select(sa.literal(name), sa.cast(key, sa.String), LearnerTally.days, sa.func.count(), *sums)
        .where(
            *_of(wanted), LearnerTally.module_id.is_not(None) if name == MODULE else LearnerTally.module_id.is_(None)
        )
        .group_by(key, LearnerTally.days)
        for name, key in _KEYS.items()
    ]
    return sa.union_all(*parts)


def _of(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = [LearnerTally.cycle_id == wanted.cycle.id]
    if wanted.cohorts is not None:
        found.append(LearnerTally.cohort_id.in_(wanted.cohorts))
    if wanted.since:
        found.append(LearnerTally.since >= wanted.since)
    if wanted.until:
        found.append(LearnerTally.since < wanted.until)
    return found


def _cohorts(session: Session, keys: Mapping[str, Tally]) -> dict[str, tuple[str, str]]:
    asked = sa.select(Cohort.id, Cohort.name, Cohort.public_id).where(Cohort.id.in_([int(key) for key in keys]))
    return {str(row.id): (row.name, row.public_id) for row in session.execute(asked)}


def _modules(session: Session, keys: Mapping[str, Tally], lang: str) -> dict[str, tuple[str, str]]:
    asked = sa.select(Module).where(Module.id.in_([int(key) for key in keys])).order_by(Module.position, Module.id)
    rows = session.scalars(asked).all()
    named = titles(session, rows, lang)
    return {
        str(row.id): (f"{row.number}. {named[row.id]}" if row.number else named[row.id], row.public_id) for row in rows
    }


def _counted_at(session: Session, wanted: Wanted) -> datetime | None:
    asked = sa.select(sa.func.min(CohortTally.at))
    if wanted.cohorts is not None:
        asked = asked.where(CohortTally.cohort_id.in_(wanted.cohorts))
    return session.scalar(asked)
