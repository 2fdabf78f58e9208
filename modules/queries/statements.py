"""The statements of every page and every report of watching, built once: building costs more than running."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import Instant
from app.people.models import Administrator, Cohort, Membership
from app.people.rules import Role
from media.models import TimeMap, Version
from media.queries import in_use
from modules.models import (
    Assignment,
    Completion,
    Coverage,
    Module,
    ModuleCompletion,
    Revocation,
    RuleVersion,
    Sitting,
    Step,
    Watching,
    WatchingRevocation,
)
from modules.queries.titles import Titled

PERSON = sa.bindparam("person", type_=sa.Integer())
LANG = sa.bindparam("lang", type_=sa.String())
NOW = sa.bindparam("now", type_=Instant())
PUBLIC_ID = sa.bindparam("public_id", type_=sa.String())
COHORT = sa.bindparam("cohort", type_=sa.Integer())
COHORTS = sa.bindparam("cohorts", expanding=True, type_=sa.Integer())
MODULES = sa.bindparam("modules", expanding=True, type_=sa.Integer())


@cache
def assigned() -> Any:
    """The modules of a learner's cohorts. Parameters: person, lang."""
    titled = Titled(Module, LANG)
    return titled.join(
        sa.select(*_module_columns(titled, True))
        .select_from(Membership)
        .join(Cohort, Cohort.id == Membership.cohort_id)
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .join(Module, Module.id == Assignment.module_id)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .where(
            Membership.person_id == PERSON, Membership.role == Role.LEARNER, Membership.ended_at.is_(None),
            Cohort.archived_at.is_(None), Module.archived_at.is_(None),
        )
        .order_by(Module.cycle_id, Module.position, Module.id, Assignment.id)
    )  # fmt: skip


@cache
def of_cohort() -> Any:
    """The modules of a cohort. Parameters: cohort, lang."""
    titled = Titled(Module, LANG)
    return titled.join(
        sa.select(*_module_columns(titled, False))
        .select_from(Module)
        .join(Assignment, Assignment.module_id == Module.id)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .where(Assignment.cohort_id == COHORT, Module.archived_at.is_(None))
        .order_by(Module.cycle_id, Module.position, Module.id)
    )


@cache
def alone() -> Any:
    """One module without asking who learns it: title, summary, newest rules. Parameters: modules (one id), lang."""
    titled = Titled(Module, LANG)
    return titled.join(
        sa.select(titled.text(), titled.text("summary"), RuleVersion.terms)
        .select_from(Module)
        .outerjoin(RuleVersion, RuleVersion.id == newest_rules())
        .where(Module.id.in_(MODULES))
    )


@cache
def steps(of_somebody: bool) -> Any:
    """The steps of modules and what a person did of them, or nobody's: a row for each version and class
    that was watched, the rows of a step together. Parameters: modules, lang, and person."""
    titled = Titled(Step, LANG)
    facts: tuple[Any, ...] = (*kept(), earned().label("done_at")) if of_somebody else ()
    statement = (
        sa.select(
            Step.id, Step.public_id, Step.module_id, Step.kind, titled.text().label("title"), Step.recording_id,
            Version.id.label("version_id"), Version.duration, Step.file_bytes, Step.share, *facts,
        )
        .select_from(Step)
        .outerjoin(Version, Version.id == newest_version())
        .where(Step.module_id.in_(MODULES), Step.archived_at.is_(None))
        .order_by(Step.module_id, Step.position, Step.id)
    )  # fmt: skip
    if of_somebody:
        statement = statement.outerjoin(Coverage, sa.and_(Coverage.step_id == Step.id, Coverage.person_id == PERSON))
        statement = statement.outerjoin(TimeMap, maps_to(Version.id))
    return titled.join(statement)


@cache
def weaving() -> Any:
    """What the band of a learner's own modules is drawn from: a row for each step and summary of what was watched, the
    rows of a module and of a step together; a module without steps has one. Parameter: person."""
    own = (
        sa.select(Assignment.module_id, sa.func.max(Assignment.rule_version_id).label("rules"))
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(
            Membership.person_id == PERSON,
            Membership.role == Role.LEARNER,
            Membership.ended_at.is_(None),
            Cohort.archived_at.is_(None),
        )
        .group_by(Assignment.module_id)
        .subquery()
    )
    return (
        sa.select(
            Module.id.label("module_id"), Module.position.label("place"), Step.id, Step.public_id, Step.kind,
            sa.cast(RuleVersion.terms, sa.String).label("terms"),  # Read where there is something to count, once.
            Version.id.label("version_id"), Version.duration, *kept(), earned().label("done_at"),
        )
        .select_from(Module)
        .join(own, own.c.module_id == Module.id)
        .join(RuleVersion, RuleVersion.id == own.c.rules)
        .outerjoin(Step, sa.and_(Step.module_id == Module.id, Step.archived_at.is_(None)))
        .outerjoin(Version, Version.id == newest_version())
        .outerjoin(Coverage, sa.and_(Coverage.step_id == Step.id, Coverage.person_id == PERSON))
        .outerjoin(TimeMap, maps_to(Version.id))
        .where(Module.archived_at.is_(None))
        .order_by(Module.cycle_id, Module.position, Module.id, Step.position, Step.id)
    )  # fmt: skip


def kept() -> tuple[Any, ...]:
    """The columns that `rules.carried` reads, for a statement that names Coverage and TimeMap."""
    return (
        Coverage.version_id.label("of_version_id"), Coverage.klass, Coverage.ranges, Coverage.position,
        Coverage.position_at, TimeMap.pieces,
    )  # fmt: skip


def maps_to(version_id: Any) -> sa.ColumnElement[bool]:
    """Joins the TimeMap, where there is one, that carries the Coverage's version to this one."""
    return sa.and_(TimeMap.from_version_id == Coverage.version_id, TimeMap.to_version_id == version_id)


@cache
def step_visible() -> Any:
    """A step that the person may open now. Parameters: public_id, person, now."""
    return (
        sa.select(Step)
        .join(Module, Module.id == Step.module_id)
        .where(Step.public_id == PUBLIC_ID, _standing(), visible(waiting=True))
    )


@cache
def module_visible() -> Any:
    """A module that the person may see, open or not yet. Parameters: public_id, person."""
    return sa.select(Module).where(Module.public_id == PUBLIC_ID, Module.archived_at.is_(None), visible(waiting=False))


@cache
def watchable() -> Any:
    """All that a report of watching must know. Parameters: public_id, person, now, version (may be None)."""
    version = sa.bindparam("version", type_=sa.String())
    said = aliased(Version)
    return (
        sa.select(
            Step.id, Step.public_id, Step.module_id, Step.kind, Step.recording_id, Version.id, Version.duration,
            RuleVersion.id, RuleVersion.terms, earned(), said.id, said.duration, Step.share,
        )
        .join(Module, Module.id == Step.module_id)
        .outerjoin(Version, Version.id == newest_version())
        .outerjoin(
            said,
            sa.and_(
                said.public_id == version, said.recording_id == Step.recording_id, said.shown_at.is_not(None)
            ),
        )
        .outerjoin(RuleVersion, RuleVersion.id == sa.func.coalesce(_own_rules(), newest_rules()))
        .where(Step.public_id == PUBLIC_ID, Step.kind == "recording", _standing(), visible(waiting=True))
    )  # fmt: skip


def newest_version() -> sa.ScalarSelect[int]:
    """The version in use of a step's recording, for a statement that names the Step."""
    return in_use(Step.recording_id)


def newest_rules() -> sa.ScalarSelect[int]:
    """The newest rule version, for a statement that names the Module."""
    own = aliased(RuleVersion)
    return sa.select(sa.func.max(own.id)).where(own.module_id == Module.id).correlate(Module).scalar_subquery()


def stands() -> sa.ColumnElement[bool]:
    """Whether the Completion of the statement was not taken back, or was given again."""
    return ~sa.exists().where(taken_back()).correlate(Completion)


def taken_back() -> sa.ColumnElement[bool]:
    """Joins the Revocation that ends the Completion of the statement."""
    return sa.and_(Revocation.completion_id == Completion.id, Revocation.undone_at.is_(None))


def in_force() -> sa.ColumnElement[bool]:
    """Joins the WatchingRevocation by which the Watching of the statement counts no longer."""
    return sa.and_(WatchingRevocation.watching_id == Watching.id, WatchingRevocation.undone_at.is_(None))


def revoked() -> sa.ColumnElement[bool]:
    """Whether the Watching of the statement counts no longer."""
    return sa.exists().where(in_force()).correlate(Watching)


def noted_at() -> sa.ColumnElement[Any]:
    """When somebody last gave the Completion of the statement: the first time, or again after it was taken back."""
    again = sa.select(sa.func.max(Revocation.undone_at)).where(Revocation.completion_id == Completion.id)
    return sa.func.coalesce(again.correlate(Completion).scalar_subquery(), Completion.at)


def earned() -> sa.ScalarSelect[Any]:
    """When the person first did the step, unless it was taken back: for a statement that names the Step."""
    return (
        sa.select(sa.func.min(Completion.at))
        .where(Completion.person_id == PERSON, Completion.step_id == Step.id, stands())
        .scalar_subquery()
    )


def done_by_member() -> sa.ColumnElement[bool]:
    """Whether the Membership's person has done the Step, for a statement that names both."""
    return sa.exists().where(
        Completion.step_id == Step.id, Completion.person_id == Membership.person_id, stands()
    ).correlate(Step, Membership)  # fmt: skip


def still_given() -> sa.ColumnElement[bool]:
    """Joins the Assignment by which the Sitting's cohort has the Step's module: taken back, its days go as well."""
    return sa.and_(Assignment.cohort_id == Sitting.cohort_id, Assignment.module_id == Step.module_id)


def visible(*, waiting: bool) -> sa.ColumnElement[bool]:
    """Whether the person may open the Module of the statement; `waiting`: who only takes part waits for its opening."""
    begun = sa.or_(Assignment.opens_at.is_(None), Assignment.opens_at <= NOW) if waiting else sa.true()
    given = sa.exists().where(
        Assignment.module_id == Module.id, Assignment.cohort_id == Membership.cohort_id,
        Cohort.id == Membership.cohort_id, Cohort.archived_at.is_(None),
        Membership.person_id == PERSON, Membership.ended_at.is_(None),
        sa.or_(Membership.role == Role.TRAINER, begun),
    ).correlate(Module)  # fmt: skip
    return sa.or_(given, sa.exists().where(Administrator.person_id == PERSON, Administrator.ended_at.is_(None)))


def _module_columns(titled: Titled, of_somebody: bool) -> tuple[Any, ...]:
    return (
        Module.id, Module.public_id, Module.cycle_id, Module.position, Module.number, Module.kind,
        titled.text(), titled.text("summary"), RuleVersion.terms, Assignment.opens_at, Assignment.due_at,
        Assignment.zone, Cohort.id, Cohort.name, finished_at() if of_somebody else sa.null(),
    )  # fmt: skip


def finished_at() -> sa.ScalarSelect[Any]:
    """When the person finished the module, if it counts: for a statement that names the Module."""
    return (
        sa.select(ModuleCompletion.at)
        .where(
            ModuleCompletion.person_id == PERSON, ModuleCompletion.module_id == Module.id,
            ModuleCompletion.ended_at.is_(None),
        )
        .correlate(Module)
        .scalar_subquery()
    )  # fmt: skip


def _own_rules() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.max(Assignment.rule_version_id))
        .join(Membership, Membership.cohort_id == Assignment.cohort_id)
        .where(
            Assignment.module_id == Module.id, Membership.person_id == PERSON, Membership.role == Role.LEARNER,
            Membership.ended_at.is_(None), sa.or_(Assignment.opens_at.is_(None), Assignment.opens_at <= NOW),
        )
        .correlate(Module)
        .scalar_subquery()
    )  # fmt: skip


def _standing() -> sa.ColumnElement[bool]:
    return sa.and_(Step.archived_at.is_(None), Module.archived_at.is_(None))
