"""Who has done what of a module and of a cycle, for many people at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import Instant
from app.people.models import Membership
from app.people.rules import Role
from modules.models import (
    Assignment,
    Completion,
    CycleCompletion,
    CycleRule,
    Module,
    ModuleCompletion,
    RuleVersion,
    Step,
)
from modules.queries.statements import stands

Done = dict[int, dict[str, datetime]]  # By person id and public id.
People = Collection[int] | None


def steps(session: Session, module_id: int) -> Sequence[Any]:
    """The living steps of a module in their order: public id, and when each came into it."""
    came = sa.func.coalesce(Step.moved_at, Step.created_at, type_=Instant()).label("created_at")
    asked = sa.select(Step.public_id, came, Step.id).where(Step.module_id == module_id)
    return session.execute(asked.where(Step.archived_at.is_(None)).order_by(Step.position, Step.id)).all()


def modules(session: Session, cycle_id: int) -> Sequence[Any]:
    """The living modules of a cycle in their order: public id, and when each was made."""
    asked = sa.select(Module.public_id, Module.created_at, Module.id).where(Module.cycle_id == cycle_id)
    return session.execute(asked.where(Module.archived_at.is_(None)).order_by(Module.position, Module.id)).all()


def doing(session: Session, module_id: int, people: People, *, open_too: bool = False) -> Done:
    """When each did which living step of the module; who has finished it only where `open_too` says so."""
    asked = (
        sa.select(Completion.person_id, Step.public_id, sa.func.min(Completion.at))
        .join(Step, Step.id == Completion.step_id)
        .where(Step.module_id == module_id, Step.archived_at.is_(None), stands())
        .group_by(Completion.person_id, Step.public_id)
    )
    if people is not None:
        asked = asked.where(Completion.person_id.in_(people))
    if not open_too:
        has = sa.select(ModuleCompletion.person_id).where(
            ModuleCompletion.module_id == module_id, ModuleCompletion.ended_at.is_(None)
        )
        asked = asked.where(Completion.person_id.not_in(has))
    return _by_person(session.execute(asked))


def of_cycle(session: Session, cycle_id: int, people: People, *, open_too: bool = False) -> Done:
    """When each finished which living module of the cycle."""
    asked = (
        sa.select(ModuleCompletion.person_id, Module.public_id, ModuleCompletion.at)
        .join(Module, Module.id == ModuleCompletion.module_id)
        .where(Module.cycle_id == cycle_id, Module.archived_at.is_(None), ModuleCompletion.ended_at.is_(None))
    )
    if people is not None:
        asked = asked.where(ModuleCompletion.person_id.in_(people))
    if not open_too:
        has = sa.select(CycleCompletion.person_id).where(
            CycleCompletion.cycle_id == cycle_id, CycleCompletion.ended_at.is_(None)
        )
        asked = asked.where(ModuleCompletion.person_id.not_in(has))
    return _by_person(session.execute(asked))


def kept(session: Session, module_id: int, people: People) -> Sequence[Any]:
    """The module as these people have finished it: id, person, moment, and the terms of its rules."""
    asked = (
        sa.select(ModuleCompletion.id, ModuleCompletion.person_id, ModuleCompletion.at, RuleVersion.terms)
        .join(RuleVersion, RuleVersion.id == ModuleCompletion.rule_version_id)
        .where(ModuleCompletion.module_id == module_id, ModuleCompletion.ended_at.is_(None))
    )
    return session.execute(asked if people is None else asked.where(ModuleCompletion.person_id.in_(people))).all()


def kept_cycles(session: Session, cycle_id: int, people: Collection[int]) -> Sequence[Any]:
    """The same of a cycle."""
    return session.execute(
        sa.select(CycleCompletion.id, CycleCompletion.person_id, CycleCompletion.at, CycleRule.terms)
        .join(CycleRule, CycleRule.id == CycleCompletion.cycle_rule_id)
        .where(
            CycleCompletion.cycle_id == cycle_id, CycleCompletion.person_id.in_(people),
            CycleCompletion.ended_at.is_(None),
        )
    ).all()  # fmt: skip


def terms(session: Session, versions: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """What these rule versions ask, by their ids."""
    asked = sa.select(RuleVersion.id, RuleVersion.terms).where(RuleVersion.id.in_(versions))
    return {row[0]: row[1] or {} for row in session.execute(asked)}


def cohorts(session: Session, cycle_id: int, people: Collection[int]) -> Mapping[int, int]:
    """The cohort in which each learns modules of the cycle: the one joined last."""
    asked = (
        sa.select(Membership.person_id, sa.func.max(Membership.cohort_id))
        .join(Assignment, Assignment.cohort_id == Membership.cohort_id)
        .join(Module, Module.id == Assignment.module_id)
        .where(
            Module.cycle_id == cycle_id, Membership.person_id.in_(people), Membership.role == Role.LEARNER,
            Membership.ended_at.is_(None),
        )
        .group_by(Membership.person_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in session.execute(asked)}


def _by_person(rows: Any) -> Done:
    found: Done = {}
    for person_id, public_id, at in rows:
        found.setdefault(person_id, {})[public_id] = at
    return found
