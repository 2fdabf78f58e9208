"""Where a step can go over to, and what that means for whom."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort
from modules.access import led
from modules.models import Assignment, Completion, Module, Step
from modules.queries.statements import stands
from modules.queries.titles import titles


@dataclass(frozen=True)
class Meaning:
    """Cohorts by name: those that lose the step, get it, and keep it; and how many have done it."""

    lose: list[str]
    get: list[str]
    keep: list[str]
    done: int


def others(session: Session, person: Any, module_id: int, lang: str) -> list[tuple[str, str]]:
    """The living modules that the person may edit but for this one: (public id, title)."""
    asked = sa.select(Module).where(led(person.id), Module.archived_at.is_(None), Module.id != module_id)
    modules = session.scalars(asked.order_by(Module.cycle_id, Module.position, Module.id)).all()
    names = titles(session, modules, lang)
    return [
        (module.public_id, f"{module.number}. {names[module.id]}" if module.number else names[module.id])
        for module in modules
    ]


def meaning(session: Session, here: int, there: int, step: Step) -> Meaning:
    """Two statements."""
    had: dict[str, set[int]] = {}
    given = (
        sa.select(Cohort.name, Assignment.module_id)
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .where(Assignment.module_id.in_((here, there)), Cohort.archived_at.is_(None))
        .order_by(Cohort.name, Cohort.id)
    )
    for name, module_id in session.execute(given).all():
        had.setdefault(name, set()).add(module_id)
    done = sa.select(sa.func.count(Completion.person_id.distinct())).where(Completion.step_id == step.id, stands())
    return Meaning(
        [name for name, modules in had.items() if modules == {here}],
        [name for name, modules in had.items() if modules == {there}],
        [name for name, modules in had.items() if modules == {here, there}],
        session.scalar(done) or 0,
    )
