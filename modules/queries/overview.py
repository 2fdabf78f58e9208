"""The list of modules, by cycle, for each kind of reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import Said
from app.people.rules import Role
from modules.models import Assignment, Cycle, CycleTitle, Module, Step
from modules.queries.shapes import ModuleView
from modules.queries.standing import learning, with_steps
from modules.queries.titles import FALLBACK, Titled, titles


@dataclass(frozen=True, slots=True)
class CycleView:
    """A cycle and the modules of it that the reader may see."""

    public_id: str
    title: Said
    modules: Sequence[ModuleView]


def cycles(session: Session, person: Any, lang: str, now: datetime) -> list[CycleView]:
    """What the person learns, then what the person leads; every module for administrators. Constant statements."""
    own = learning(session, person, lang, now)
    known = {module.id for module in own}
    led = [] if not (person.is_admin or person.cohorts_as(Role.TRAINER)) else _led(session, person, lang)
    modules = sorted(
        own + [module for module in led if module.id not in known], key=lambda m: (m.cycle_id, m.position, m.id)
    )
    titles = cycle_titles(session, lang)
    wanted = [cycle_id for cycle_id in titles if person.is_admin or any(m.cycle_id == cycle_id for m in modules)]
    return [
        CycleView(*titles[cycle_id], [module for module in modules if module.cycle_id == cycle_id])
        for cycle_id in wanted
    ]


def cycle_titles(session: Session, lang: str) -> dict[int, tuple[str, Said]]:
    """Public id and title of every cycle, oldest first."""
    found: dict[int, tuple[str, Said]] = {}
    rows = session.execute(
        sa.select(Cycle.id, Cycle.public_id, CycleTitle.lang, CycleTitle.title)
        .outerjoin(CycleTitle, sa.and_(CycleTitle.cycle_id == Cycle.id, CycleTitle.lang.in_({lang, FALLBACK})))
        .order_by(Cycle.id)
    )
    for cycle_id, public_id, code, text in rows:
        if cycle_id not in found or (code == lang and text):
            found[cycle_id] = (public_id, Said(text or public_id, code if text else ""))
    return found


def step_title(session: Session, step: Step, lang: str) -> str:
    """The title of one step."""
    return titles(session, [step], lang)[step.id]


def module_of(session: Session, step: Step) -> Module:
    """The module that a step stands in."""
    return session.get_one(Module, step.module_id)


def may_edit(session: Session, person: Any, module: Module) -> bool:
    """Whether the person may edit the module: administrators, and trainers of a cohort that has it."""
    if person.is_admin:
        return True
    trained = person.cohorts_as(Role.TRAINER)
    if not trained:
        return False
    has = sa.exists().where(Assignment.module_id == module.id, Assignment.cohort_id.in_(trained))
    return bool(session.scalar(sa.select(has)))


def _led(session: Session, person: Any, lang: str) -> list[ModuleView]:
    titled = Titled(Module, lang)
    statement = sa.select(
        Module.id, Module.public_id, Module.cycle_id, Module.position, Module.number, Module.kind, titled.text(),
        titled.text("summary"),
    ).where(Module.archived_at.is_(None))  # fmt: skip
    if not person.is_admin:
        has = sa.exists().where(
            Assignment.module_id == Module.id, Assignment.cohort_id.in_(person.cohorts_as(Role.TRAINER))
        )
        statement = statement.where(has)
    rows: Sequence[Any] = session.execute(titled.join(statement)).all()
    modules = [ModuleView(*row) for row in rows]
    return with_steps(session, modules, lang, None)
