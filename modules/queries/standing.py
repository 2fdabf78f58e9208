"""Where people stand: the modules somebody has, their steps, what was seen and what is done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort
from modules import rules, stands
from modules.models import Module
from modules.queries import statements
from modules.queries.shapes import ModuleView, StepView, average_of, weight


def learning(session: Session, person: Any, lang: str, now: datetime) -> list[ModuleView]:
    """The modules that the person's cohorts have, in the order of their cycles. Two statements, however many steps.

    Kept with the session for the masthead of the same page.
    """
    assigned = fetch(session, statements.assigned(), {"person": person.id, "lang": lang})
    modules = with_steps(session, _opened([_view(row) for row in assigned], now), lang, person.id)
    session.info["learning"] = (person.id, modules)
    return modules


def learning_known(session: Session, person: Any) -> list[ModuleView] | None:
    """The same where this page has asked already."""
    kept = session.info.get("learning")
    return kept[1] if kept and kept[0] == person.id else None


def module_alone(session: Session, module: Module, lang: str, person_id: int) -> ModuleView:
    """A module for somebody who leads it: the same view without asking who learns it. Two statements."""
    title, summary, terms = session.execute(statements.alone(), {"modules": [module.id], "lang": lang}).one()
    view = ModuleView(
        id=module.id, public_id=module.public_id, cycle_id=module.cycle_id, position=module.position,
        number=module.number, kind=module.kind, title=title, summary=summary, terms=terms or {},
    )  # fmt: skip
    return with_steps(session, [view], lang, person_id)[0]


def module_for_viewer(session: Session, module: Module, person: Any, lang: str, now: datetime) -> ModuleView:
    """The module as the person learns it, else as somebody who leads it sees it."""
    for view in learning(session, person, lang, now):
        if view.id == module.id:
            return view
    return module_alone(session, module, lang, person.id)


def cohort_modules(session: Session, cohort: Cohort, lang: str) -> list[ModuleView]:
    """The modules that a cohort has, with their steps, nobody's facts. Two statements."""
    given = fetch(session, statements.of_cohort(), {"cohort": cohort.id, "lang": lang})
    return with_steps(session, [_view(row) for row in given], lang, None)


def with_steps(session: Session, modules: Sequence[ModuleView], lang: str, person_id: int | None) -> list[ModuleView]:
    """The modules with their steps and, for a person, what was seen and done. One statement."""
    if not modules:
        return []
    asked: dict[str, Any] = {"modules": [module.id for module in modules], "lang": lang}
    if person_id is not None:
        asked["person"] = person_id
    own: dict[int, list[list[Any]]] = {}
    for _step, rows in groupby(fetch(session, statements.steps(person_id is not None), asked), itemgetter(0)):
        step = list(rows)
        own.setdefault(step[0].module_id, []).append(step)
    average = average_of(step[0].duration for steps in own.values() for step in steps)
    facts = person_id is not None
    found = [replace(module, steps=_steps(module, own.get(module.id, ()), average, facts)) for module in modules]
    return found if person_id is None else stood(session, found, person_id)


def stood(session: Session, modules: Sequence[ModuleView], person_id: int) -> list[ModuleView]:
    """The modules with what other rooms say of their steps that are not done: one question for each kind."""
    todo = [(step.id, step.kind) for module in modules for step in module.steps if not step.done_at]
    said = stands.stands(session, person_id, todo)
    if not said:
        return list(modules)
    found = []
    for module in modules:
        steps = [step.stands(said[step.id]) if step.id in said else step for step in module.steps]
        now = next((step.id for step in steps if step.waits), None)
        found.append(module.with_steps(tuple(step.in_state(_state(step, step.id == now)) for step in steps)))
    return found


def _state(step: StepView, now: bool) -> rules.StepState:
    if step.state not in (rules.StepState.NOW, rules.StepState.TODO):
        return step.state
    return rules.StepState.NOW if now else rules.StepState.TODO


def _view(row: Any) -> ModuleView:
    values = list(row)
    values[8] = row[8] or {}
    return ModuleView(*values)


def _opened(modules: Iterable[ModuleView], now: datetime) -> list[ModuleView]:
    """Each module once: of two cohorts' assignments the open one counts, then the one that leaves more time."""
    chosen: dict[int, ModuleView] = {}
    for module in modules:
        candidate = module if rules.is_open(module.opens_at, now) else replace(module, opened=False)
        known = chosen.get(module.id)
        if known is None or _generosity(candidate) > _generosity(known):
            chosen[module.id] = candidate
    return list(chosen.values())


def _generosity(module: ModuleView) -> tuple[bool, float]:
    return module.opened, module.due_at.timestamp() if module.due_at else float("inf")


def _steps(module: ModuleView, own: Sequence[Sequence[Any]], average: float, facts: bool) -> tuple[StepView, ...]:
    average = average_of((rows[0].duration for rows in own), otherwise=average)
    done = [(rows[0].public_id, facts and rows[0].done_at is not None) for rows in own]
    first = rules.locked_by(module.terms, rules.MODULE, done) if module.cohort_id and not module.finished_at else {}
    names = {rows[0].public_id: rows[0].title for rows in own}
    locks = [names.get(first.get(public_id, ""), "") if facts else "" for public_id, _done in done]
    needed = [not module.finished_at and rules.needed(module.terms, public_id) for public_id, _done in done]
    states = rules.states([each for _id, each in done], module.opened, [bool(lock) for lock in locks], needed)
    facets = zip(own, states, locks, needed, strict=True)
    return tuple(
        replace(_step(module, rows, state, average, facts), locked_by=lock, needed=asked)
        for rows, state, lock, asked in facets
    )


def _step(module: ModuleView, rows: Sequence[Any], state: rules.StepState, average: float, facts: bool) -> StepView:
    row = rows[0]
    which = rules.classes(module.terms, row.public_id)
    seen = rules.Carried([])
    if facts and row.ranges is not None:
        seen = rules.carried(rows, row.version_id, row.duration, which)
    return StepView(
        id=row.id, public_id=row.public_id, module_id=module.id, kind=row.kind, title=row.title,
        recording_id=row.recording_id, version_id=row.version_id, duration=row.duration, file_bytes=row.file_bytes,
        position=seen.position, reported_at=seen.at, done_at=row.done_at if facts else None, ranges=seen.ranges,
        state=state, changed=seen.fresh, threshold=rules.threshold(module.terms, row.public_id, row.share),
        weight=weight(row.kind, row.duration, average), classes=which,
    )  # fmt: skip
