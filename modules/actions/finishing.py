"""Modules and cycles are finished in the transaction that does the last step, and stay so until a step is taken back.

What somebody has finished names the rules of that day. Steps, modules and rules that come later change nothing of it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from modules import rules
from modules.actions.adding import add_all
from modules.actions.governing import cycle_rules, rules_for
from modules.models import CycleCompletion, Module, ModuleCompletion, Step
from modules.queries import finished

People = Collection[int] | None  # None: everybody who has done anything of it.
_MODULE: Any = ModuleCompletion.__table__
_CYCLE: Any = CycleCompletion.__table__


def settle(session: Session, module_id: int, people: People, *, now: datetime) -> int:
    """Note who of these people has done the module now, and with it the cycle; how many. Constant statements."""
    if people is not None and not people:
        return 0
    waiting = finished.doing(session, module_id, people)
    if not waiting:
        return 0
    steps = [step.public_id for step in finished.steps(session, module_id)]
    rule_of = rules_for(session, module_id, waiting, now)
    terms = finished.terms(session, set(rule_of.values()))
    rows: list[dict[str, Any]] = []
    for person_id, done in waiting.items():
        at = rules.done_since(terms[rule_of[person_id]], rules.MODULE, steps, done)
        if at is not None:
            rows.append(
                {"person_id": person_id, "module_id": module_id, "rule_version_id": rule_of[person_id], "at": at}
            )
    add_all(session, _MODULE, rows)
    if rows:
        cycle_id = cycle_of(session, module_id)
        settle_cycle(session, cycle_id, [row["person_id"] for row in rows], now=now)
    return len(rows)


def settle_cycle(session: Session, cycle_id: int, people: People, *, now: datetime) -> int:
    """Note who of these people has done the cycle now; how many. Constant statements."""
    rule = cycle_rules(session, cycle_id, now)
    waiting = finished.of_cycle(session, cycle_id, people)
    modules = [module.public_id for module in finished.modules(session, cycle_id)]
    found = {
        person_id: at
        for person_id, done in waiting.items()
        if (at := rules.done_since(rule.terms, rules.CYCLE, modules, done)) is not None
    }
    cohorts = finished.cohorts(session, cycle_id, found) if found else {}
    add_all(session, _CYCLE, [
        {"person_id": person_id, "cycle_id": cycle_id, "cycle_rule_id": rule.id, "at": at,
         "cohort_id": cohorts.get(person_id)}
        for person_id, at in found.items()
    ])  # fmt: skip
    return len(found)


def end(session: Session, module_id: int, whys: Mapping[int, str], *, by: Any, now: datetime) -> None:
    """A step of the module was taken back from these people: what stood on it ends, with the same reason."""
    kept = finished.kept(session, module_id, whys)
    if not kept:
        return
    done = finished.doing(session, module_id, whys, open_too=True)
    gone = _without(rules.MODULE, kept, finished.steps(session, module_id), done)
    _close(session, _MODULE, gone, whys, by, now)
    if gone:
        _end_cycle(session, module_id, {row.person_id: whys[row.person_id] for row in gone}, by, now)


def _end_cycle(session: Session, module_id: int, whys: Mapping[int, str], by: Any, now: datetime) -> None:
    cycle_id = cycle_of(session, module_id)
    kept = finished.kept_cycles(session, cycle_id, whys)
    if not kept:
        return
    done = finished.of_cycle(session, cycle_id, whys, open_too=True)
    gone = _without(rules.CYCLE, kept, finished.modules(session, cycle_id), done)
    _close(session, _CYCLE, gone, whys, by, now)


def end_finished(session: Session, module_id: int, whys: Mapping[int, str], *, by: Any, now: datetime) -> None:
    """Take the module itself back from these people, and with it the cycle."""
    _close(session, _MODULE, finished.kept(session, module_id, whys), whys, by, now)
    _end_cycle(session, module_id, whys, by, now)


def unfounded(session: Session, module_id: int) -> list[int]:
    """Who stands as having finished the module without having done what its rules asked of it then, by person id."""
    done = finished.doing(session, module_id, None, open_too=True)
    kept = finished.kept(session, module_id, None)
    return [row.person_id for row in _without(rules.MODULE, kept, finished.steps(session, module_id), done)]


def _without(whole: str, kept: Sequence[Any], parts: Sequence[Any], done: finished.Done) -> list[Any]:
    """What no longer has what it needs, of the parts that were there when it was finished."""
    return [
        row for row in kept
        if not rules.done_since(
            row.terms, whole, [part.public_id for part in parts if part.created_at <= row.at],
            done.get(row.person_id, {}),
        )
    ]  # fmt: skip


def _close(session: Session, table: Any, rows: Any, whys: Mapping[int, str], by: Any, now: datetime) -> None:
    if rows:
        ending = table.update().where(table.c.id == sa.bindparam("row")).values(
            ended_at=now, ended_by_id=by and by.id, ended_why=sa.bindparam("why")
        )  # fmt: skip
        session.connection().execute(ending, [{"row": row.id, "why": whys[row.person_id]} for row in rows])


def cycle_of(session: Session, module_id: int) -> int:
    """The cycle of a module."""
    return session.scalars(sa.select(Module.cycle_id).where(Module.id == module_id)).one()


def module_of(session: Session, step_id: int) -> int:
    """The module of a step."""
    return session.scalars(sa.select(Step.module_id).where(Step.id == step_id)).one()
