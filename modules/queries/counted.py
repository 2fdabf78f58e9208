"""What a cohort's learners did, for the report of a programme: the same facts as its page, without a view of each
step."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.db import fetch
from app.people.models import Administrator, Cohort, Institution, Membership, Person
from app.people.rules import Role
from modules import rules
from modules.models import LearnerTally, ModuleCompletion
from modules.queries.learners import Facts, Standing
from modules.queries.progress import NO_FACTS, facts_of
from modules.queries.shapes import ModuleView
from modules.queries.standing import cohort_modules
from modules.queries.statements import COHORT

STAFF = (Role.TRAINER, Role.OBSERVER)


def counted(session: Session, cohort: Cohort, lang: str) -> Iterator[LearnerTally]:
    """A row for each learner and module, and one for each learner and cycle. Six statements."""
    modules = [module for module in cohort_modules(session, cohort, lang) if module.steps]
    cycles = [(cycle, list(own)) for cycle, own in groupby(modules, key=attrgetter("cycle_id"))]
    facts = facts_of(session, cohort, modules)
    ends = {(row.person_id, row.module_id): row.at for row in fetch(session, _ends(), {"cohort": cohort.id})}
    for person in fetch(session, _people(), {"cohort": cohort.id}):
        for cycle_id, own in cycles:
            rows = [_of_module(cohort, person, module, facts.get(person.id, NO_FACTS), ends) for module in own]
            yield from rows
            yield _of_cycle(cohort, person, cycle_id, own, rows, ends)


def _of_module(
    cohort: Cohort, person: Any, module: ModuleView, facts: Facts, ends: Mapping[tuple[int, int], datetime]
) -> LearnerTally:
    end = ends.get((person.id, module.id))
    known = {step.id: step for step in module.steps}
    return LearnerTally(
        **_who(cohort, person), cycle_id=module.cycle_id, module_id=module.id,
        begun=int(bool(end) or Standing(module, facts).begun), finished=int(bool(end)),
        days=_days(person.since, [module], end),
        seconds=sum(rules.width(seen.ranges) for step_id, seen in facts.seen.items() if step_id in known),
        presences=sum(step.kind == "in_person" and step.id in facts.done for step in module.steps),
    )  # fmt: skip


def _of_cycle(
    cohort: Cohort, person: Any, cycle_id: int, modules: Sequence[ModuleView], rows: Sequence[LearnerTally],
    ends: Mapping[tuple[int, int], datetime],
) -> LearnerTally:  # fmt: skip
    done = [at for module in modules if (at := ends.get((person.id, module.id)))]
    end = max(done) if len(done) == len(modules) else None
    return LearnerTally(
        **_who(cohort, person), cycle_id=cycle_id, module_id=None, begun=int(any(row.begun for row in rows)),
        finished=int(bool(end)), days=_days(person.since, modules, end), seconds=sum(row.seconds for row in rows),
        presences=sum(row.presences for row in rows),
    )  # fmt: skip


def _who(cohort: Cohort, person: Any) -> dict[str, Any]:
    return {
        "cohort_id": cohort.id, "person_id": person.id, "since": person.since, "country": person.country or "",
        "institution": person.kind or "", "gender": person.gender or "",
    }  # fmt: skip


def _days(since: datetime, modules: Sequence[ModuleView], end: datetime | None) -> int | None:
    """From when the person was here and something was open, to the end."""
    opened = [module.opens_at for module in modules]
    begins = max(since, min(at for at in opened if at)) if all(opened) else since
    return None if end is None else max((end - begins).days, 0)


@cache
def _ends() -> Any:
    learners = sa.select(Membership.person_id).where(*_learns())
    return sa.select(ModuleCompletion.person_id, ModuleCompletion.module_id, ModuleCompletion.at).where(
        ModuleCompletion.person_id.in_(learners), ModuleCompletion.ended_at.is_(None)
    )


@cache
def _people() -> Any:
    """The learners of a cohort who are neither staff anywhere nor gone."""
    leads = sa.exists().where(Administrator.person_id == Person.id, Administrator.ended_at.is_(None)).correlate(Person)
    return (
        sa.select(Person.id, Person.country, Person.gender, Institution.kind, Membership.since)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(Institution, Institution.id == Person.institution_id)
        .where(*_learns(), Person.erased_at.is_(None), Person.merged_into_id.is_(None), ~leads, ~_staff())
        .order_by(Person.id)
    )


def _staff() -> sa.ColumnElement[bool]:
    elsewhere = aliased(Membership)
    return sa.exists().where(
        elsewhere.person_id == Person.id, elsewhere.role.in_(STAFF), elsewhere.ended_at.is_(None)
    ).correlate(Person)  # fmt: skip


def _learns() -> tuple[Any, ...]:
    return Membership.cohort_id == COHORT, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
