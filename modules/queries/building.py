"""What the builder shows: cycles with their modules, a module with its steps, both with what was put away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from media.models import Recording, Version
from media.queries import in_use
from modules import rules
from modules.models import (
    Assignment,
    AssignmentChange,
    Completion,
    Cycle,
    CycleTitle,
    Module,
    ModuleTitle,
    RuleVersion,
    Sitting,
    Step,
    StepTitle,
)
from modules.queries.overview import cycle_titles
from modules.queries.statements import stands
from modules.queries.titles import titles


@dataclass(frozen=True, slots=True)
class Line:
    """A module or a step as a line of the builder."""

    row: Any
    title: str
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """Living lines in order, and what was put away."""

    lines: Sequence[Line]
    archived: Sequence[Line]


def shelves(session: Session, person: Any, lang: str) -> list[tuple[str, str, Shelf]]:
    """Every cycle (public id, title) with the modules that the person may edit. Three statements."""
    statement = sa.select(Module).order_by(Module.cycle_id, Module.position, Module.id)
    if not person.is_admin:
        has = sa.exists().where(
            Assignment.module_id == Module.id, Assignment.cohort_id.in_(person.cohorts_as(Role.TRAINER))
        )
        statement = statement.where(has)
    modules = session.scalars(statement).all()
    names = titles(session, modules, lang)
    found: list[tuple[str, str, Shelf]] = []
    for cycle_id, (public_id, title) in cycle_titles(session, lang).items():
        own = [module for module in modules if module.cycle_id == cycle_id]
        if own or person.is_admin:
            found.append((public_id, title, _shelf(own, names)))
    return found


def steps_of(session: Session, module: Module, lang: str) -> Shelf:
    """The steps of a module. Two statements."""
    steps = session.scalars(sa.select(Step).where(Step.module_id == module.id).order_by(Step.position, Step.id)).all()
    return _shelf(steps, titles(session, steps, lang))


def texts(session: Session, row: Cycle | Module | Step) -> dict[str, str]:
    """The titles (title_fr …) and summaries (summary_fr …) of one row, for its form."""
    if isinstance(row, Module):
        asked = sa.select(ModuleTitle.lang, ModuleTitle.title, ModuleTitle.summary)
        rows = session.execute(asked.where(ModuleTitle.module_id == row.id)).all()
        return {f"title_{one.lang}": one.title for one in rows} | {f"summary_{one.lang}": one.summary for one in rows}
    statement = (
        sa.select(CycleTitle.lang, CycleTitle.title).where(CycleTitle.cycle_id == row.id)
        if isinstance(row, Cycle)
        else sa.select(StepTitle.lang, StepTitle.title).where(StepTitle.step_id == row.id)
    )
    return {f"title_{one.lang}": one.title for one in session.execute(statement)}


def recordings(session: Session, step: Step | None) -> Sequence[Any]:
    """The recordings that can be hung on a step (public id, title, seconds of its file in use, when it was made):
    those that can be watched, and the one that hangs there. One statement."""
    shown = sa.exists().where(Version.recording_id == Recording.id, Version.shown_at.is_not(None))
    offered = sa.and_(Recording.archived_at.is_(None), shown)
    length = sa.select(Version.duration).where(Version.id == in_use(Recording.id)).scalar_subquery()
    asked = sa.select(Recording.public_id, Recording.title, length.label("duration"), Recording.created_at).where(
        sa.or_(offered, Recording.id == (step.recording_id if step else None))
    )
    return session.execute(asked.order_by(Recording.created_at.desc(), Recording.id.desc())).all()


def recording_of(session: Session, step: Step) -> str:
    """The public id of the recording that hangs on a step."""
    return session.scalar(sa.select(Recording.public_id).where(Recording.id == step.recording_id)) or ""


def recording_id(session: Session, public_id: str) -> int | None:
    """The recording that a form has chosen from `recordings`."""
    return session.scalar(sa.select(Recording.id).where(Recording.public_id == public_id))


def threshold_of(session: Session, step: Step) -> float:
    """The share that the newest rule version asks."""
    terms = session.scalar(
        sa.select(RuleVersion.terms)
        .where(RuleVersion.module_id == step.module_id)
        .order_by(RuleVersion.number.desc())
        .limit(1)
    )
    return rules.threshold(terms, step.public_id, step.share)


def step_of(session: Session, sitting: Sitting) -> Step:
    """The step that a sitting belongs to."""
    return session.get_one(Step, sitting.step_id)


def cohort_of(session: Session, sitting: Sitting) -> Cohort:
    """The cohort that meets."""
    return session.get_one(Cohort, sitting.cohort_id)


def presences(session: Session, sitting: Sitting) -> int:
    """How many learners of its cohort are noted as present on the day in person."""
    learns = sa.exists().where(
        Membership.person_id == Completion.person_id, Membership.cohort_id == sitting.cohort_id,
        Membership.role == Role.LEARNER,
    )  # fmt: skip
    counted = sa.select(sa.func.count(Completion.person_id.distinct()))
    return session.scalars(counted.where(Completion.step_id == sitting.step_id, learns, stands())).one()


def sittings_of(session: Session, step: Step, cohorts: Sequence[Cohort]) -> list[tuple[Sitting, Cohort]]:
    """The dates of a day in person for these cohorts, those taken back among them."""
    return [
        (sitting, cohort)
        for sitting, cohort in session.execute(
            sa.select(Sitting, Cohort)
            .join(Cohort, Cohort.id == Sitting.cohort_id)
            .where(
                Sitting.step_id == step.id,
                Sitting.cohort_id.in_([cohort.id for cohort in cohorts]),
            )
            .order_by(Sitting.starts_at)
        )
    ]


def assigned(session: Session, cohort: Cohort, lang: str) -> list[tuple[Assignment, Module, str, int, int]]:
    """What a cohort has, in order: (assignment, module, title, number of its rule version, number of the newest)."""
    newest = sa.select(sa.func.max(RuleVersion.number)).where(RuleVersion.module_id == Module.id).correlate(Module)
    own = aliased(RuleVersion)
    rows = session.execute(
        sa.select(Assignment, Module, own.number, newest.scalar_subquery())
        .join(Module, Module.id == Assignment.module_id)
        .join(own, own.id == Assignment.rule_version_id)
        .where(Assignment.cohort_id == cohort.id)
        .order_by(Module.cycle_id, Module.position, Module.id)
    ).all()
    names = titles(session, [row[1] for row in rows], lang)
    return [(assignment, module, names[module.id], rule, last) for assignment, module, rule, last in rows]


def has_modules(session: Session, cohort: Cohort) -> bool:
    """Whether a cohort has any module now."""
    return session.scalar(sa.select(Assignment.id).where(Assignment.cohort_id == cohort.id).limit(1)) is not None


def history(session: Session, cohort: Cohort, module: Module) -> list[tuple[AssignmentChange, str | None]]:
    """What was decided about a module for a cohort, newest first, with the name of who did it."""
    return [
        (change, name)
        for change, name in session.execute(
            sa.select(AssignmentChange, Person.name)
            .outerjoin(Person, Person.id == AssignmentChange.by_id)
            .where(AssignmentChange.cohort_id == cohort.id, AssignmentChange.module_id == module.id)
            .order_by(AssignmentChange.id.desc())
        )
    ]


def assignable(session: Session, cohort: Cohort, lang: str) -> list[tuple[str, str]]:
    """The living modules that a cohort does not have yet: (public id, title)."""
    has = sa.exists().where(Assignment.module_id == Module.id, Assignment.cohort_id == cohort.id)
    modules = session.scalars(
        sa.select(Module).where(Module.archived_at.is_(None), ~has).order_by(Module.cycle_id, Module.position)
    ).all()
    names = titles(session, modules, lang)
    return [
        (module.public_id, f"{module.number}. {names[module.id]}" if module.number else names[module.id])
        for module in modules
    ]


def _shelf(rows: Sequence[Any], names: Mapping[int, str]) -> Shelf:
    living = [row for row in rows if row.archived_at is None]
    last = len(living) - 1
    return Shelf(
        [Line(row, names[row.id], place == 0, place == last) for place, row in enumerate(living)],
        [Line(row, names[row.id]) for row in rows if row.archived_at is not None],
    )
