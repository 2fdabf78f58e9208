"""What stands behind a status: the rules that count, what was earned under which, what was noted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.db import Instant
from app.people.models import Person
from modules import access
from modules.models import (
    Assignment,
    CycleCompletion,
    CycleRule,
    Module,
    ModuleCompletion,
    RuleVersion,
    Step,
)
from modules.queries import progress, standing
from modules.queries.learners import LearnerRow
from modules.queries.shapes import ModuleView, StepView
from modules.whys import Asked


class Rule(NamedTuple):
    """A version of a rule: its number, its terms, when it was made and by whom."""

    number: int
    terms: dict[str, Any]
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A module as somebody stands in it, in which cohort and zone, under which rule."""

    module: ModuleView
    rule: Rule | None
    cohort_id: int | None
    zone: str
    finished: Any = None  # Its newest ModuleCompletion.


def step_place(session: Session, asked: Asked) -> tuple[Place, StepView] | None:
    """Where a step stands that the reader may ask about."""
    step = session.scalar(sa.select(Step).where(Step.public_id == asked.about, Step.archived_at.is_(None)))
    if step is None:
        return None
    place = module_place(session, asked, session.get_one(Module, step.module_id).public_id)
    view = next((one for one in place.module.steps if one.id == step.id), None) if place else None
    return (place, view) if place and view else None


def module_place(session: Session, asked: Asked, public_id: str) -> Place | None:
    """Where a module stands that the reader may ask about: an own one, or one of the cohort that was asked before."""
    if asked.cohort is None:
        row = access.module_for(session, asked.reader, public_id)
        view = standing.module_for_viewer(session, row, asked.reader, asked.lang, asked.now)
        cohort_id, zone = view.cohort_id, view.zone or "UTC"
    else:
        _assignment, row = access.assignment_of(session, asked.cohort, public_id)
        person = LearnerRow(asked.person_id, "", "")
        found = progress.cohort_progress(session, asked.cohort, asked.lang, only=person).learners[0].modules
        own = next((one for one in found if one.id == row.id), None)
        if own is None:
            return None
        view, cohort_id, zone = own, asked.cohort.id, asked.cohort.zone
    rule = rule_of(session, row.id, cohort_id)
    return Place(view, rule, cohort_id, zone, finished(session, asked.person_id, row.id))


def rule_of(session: Session, module_id: int, cohort_id: int | None) -> Rule | None:
    """The rule version that the cohort has of a module; the newest for who is in none."""
    asked = (
        sa.select(RuleVersion.number, RuleVersion.terms, RuleVersion.at, Person.name)
        .outerjoin(Person, Person.id == RuleVersion.by_id)
        .where(RuleVersion.module_id == module_id)
        .order_by(RuleVersion.number.desc())
        .limit(1)
    )
    if cohort_id is not None:
        own = sa.select(Assignment.rule_version_id).where(
            Assignment.cohort_id == cohort_id, Assignment.module_id == module_id
        )
        asked = asked.where(RuleVersion.id.in_(own))
    row = session.execute(asked).one_or_none()
    return Rule(*row) if row else None


def finished(session: Session, person_id: int, module_id: int) -> Any:
    """The newest row by which a person has finished a module, ended or not: at, rule's number, ended at, by, why."""
    ender = aliased(Person)
    return session.execute(
        sa.select(
            ModuleCompletion.at, RuleVersion.number, ModuleCompletion.ended_at, ender.name.label("ended_by"),
            ModuleCompletion.ended_why,
        )
        .join(RuleVersion, RuleVersion.id == ModuleCompletion.rule_version_id)
        .outerjoin(ender, ender.id == ModuleCompletion.ended_by_id)
        .where(ModuleCompletion.person_id == person_id, ModuleCompletion.module_id == module_id)
        .order_by(ModuleCompletion.id.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip


def cycle_finished(session: Session, person_id: int, cycle_id: int) -> Any:
    """The same of a cycle."""
    ender = aliased(Person)
    return session.execute(
        sa.select(
            CycleCompletion.at, CycleRule.number, CycleCompletion.ended_at, ender.name.label("ended_by"),
            CycleCompletion.ended_why,
        )
        .join(CycleRule, CycleRule.id == CycleCompletion.cycle_rule_id)
        .outerjoin(ender, ender.id == CycleCompletion.ended_by_id)
        .where(CycleCompletion.person_id == person_id, CycleCompletion.cycle_id == cycle_id)
        .order_by(CycleCompletion.id.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip


def cycle_rule(session: Session, cycle_id: int) -> Rule | None:
    """The newest rule of a cycle."""
    row = session.execute(
        sa.select(CycleRule.number, CycleRule.terms, CycleRule.at, Person.name)
        .outerjoin(Person, Person.id == CycleRule.by_id)
        .where(CycleRule.cycle_id == cycle_id)
        .order_by(CycleRule.number.desc())
        .limit(1)
    ).one_or_none()
    return Rule(*row) if row else None


def added_later(session: Session, step_id: int, since: datetime) -> datetime | None:
    """When a step came into its module, if that was after this moment."""
    came = sa.func.coalesce(Step.moved_at, Step.created_at, type_=Instant())
    return session.scalar(sa.select(came).where(Step.id == step_id, came > since))
