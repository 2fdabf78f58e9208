"""A step is done once, and stays done until somebody takes it back with a date, a name and a reason."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import once
from media.models import TimeMap, Version
from modules import rules
from modules.actions.adding import add_all, add_once
from modules.actions.finishing import end, module_of, settle
from modules.actions.governing import rules_for
from modules.models import Completion, Coverage, Revocation, RuleVersion, Step
from modules.queries.statements import kept, maps_to, newest_version

_COMPLETION: Any = Completion.__table__
_REVOCATION: Any = Revocation.__table__


def complete(session: Session, step: Step, person: Any, *, now: datetime, source: str, by: Any = None) -> bool:
    """Record that the person has done the step, under the rules of the person's cohort; False when it stood already.

    A machine's finding never overrules a revocation; a person's (`by`) ends it.
    """
    rule_version_id = rules_for(session, step.module_id, [person.id], now)[person.id]
    return complete_by_id(session, step.id, person.id, rule_version_id, now, source, by and by.id)


def complete_each(
    session: Session, step: Step, people: Collection[int], *, now: datetime, source: str, by: Any = None
) -> int:
    """The same for many people at once; how many had not done it. The statements do not grow with them."""
    if not people:
        return 0
    of_people = (Completion.step_id == step.id, Completion.person_id.in_(people))
    earned = set(session.scalars(sa.select(Completion.person_id).where(*of_people)))
    again = 0
    if earned and by is not None:
        again = _end_revocations(session, sa.select(Completion.id).where(*of_people), now, by.id)
    new = set(people) - earned
    found = {"step_id": step.id, "at": now, "source": source, "by_id": by and by.id}
    rows = [
        {**found, "person_id": person_id, "rule_version_id": rule}
        for person_id, rule in (rules_for(session, step.module_id, new, now) if new else {}).items()
    ]
    add_all(session, _COMPLETION, rows)
    if rows or again:
        settle(session, step.module_id, people, now=now)
    return len(rows)


def complete_by_id(
    session: Session, step_id: int, person_id: int, rule_version_id: int, now: datetime, source: str,
    by_id: int | None = None,
) -> bool:  # fmt: skip
    """The same for who knows the ids and the rules."""
    of_person = (Completion.person_id == person_id, Completion.step_id == step_id)
    earned = list(session.scalars(sa.select(Completion.id).where(*of_person)))
    if not earned:
        found = {"person_id": person_id, "step_id": step_id, "rule_version_id": rule_version_id}
        changed = add_once(session, _COMPLETION, {**found, "at": now, "source": source, "by_id": by_id})
    else:
        changed = by_id is not None and _end_revocations(session, earned, now, by_id) > 0
    if changed:
        settle(session, module_of(session, step_id), [person_id], now=now)
    return changed


def revoke(session: Session, completion: Completion, *, by: Any, why: str, now: datetime) -> None:
    """Take one completion back, once. The row stays, with who, when and why beside it."""
    if once(session, Revocation(completion_id=completion.id, at=now, by_id=by.id, why=why)):
        end(session, module_of(session, completion.step_id), {completion.person_id: why}, by=by, now=now)


def take_back(session: Session, step: Step, person: Any, *, by: Any, why: str, now: datetime) -> None:
    """Take back every completion of the step by the person."""
    take_back_each(session, step, {person.id: why}, by=by, now=now)


def take_back_each(session: Session, step: Step, whys: Mapping[int, str], *, by: Any, now: datetime) -> None:
    """The same for many people, each with a reason; the statements do not grow with them."""
    if not whys:
        return
    of_people = (Completion.step_id == step.id, Completion.person_id.in_(whys))
    rows = session.execute(sa.select(Completion.id, Completion.person_id).where(*of_people)).all()
    shared = {"at": now, "by_id": by.id}
    add_all(session, _REVOCATION, [{**shared, "completion_id": row.id, "why": whys[row.person_id]} for row in rows])
    if rows:
        end(session, step.module_id, whys, by=by, now=now)


def complete_all_seen(
    session: Session, step: Step, duration: float | None, *, now: datetime, people: Collection[int] | None = None
) -> int:
    """Complete a recording step for everybody (of these people) who has seen enough under today's rules; how many were.

    `duration` is that of the newest version. The statements do not grow with the people.
    """
    among = () if people is None else (Coverage.person_id.in_(people),)
    waiting = session.execute(_waiting().where(*among), {"step": step.id}).all()
    if not waiting:
        return 0
    newest, by_person = waiting[0].newest, [list(rows) for _, rows in groupby(waiting, itemgetter(0))]
    rule_of = rules_for(session, step.module_id, [rows[0].person_id for rows in by_person], now)
    asked = {
        rule.id: (rules.threshold(rule.terms, step.public_id, step.share), rules.classes(rule.terms, step.public_id))
        for rule in session.scalars(sa.select(RuleVersion).where(RuleVersion.id.in_(set(rule_of.values()))))
    }
    found = []
    for rows in by_person:
        person_id, durations = rows[0].person_id, {row.of_version_id: row.duration for row in rows} | {newest: duration}
        if rules.finished(rows, newest, durations, *asked[rule_of[person_id]]):
            found.append({"person_id": person_id, "step_id": step.id, "rule_version_id": rule_of[person_id]})
    add_all(session, _COMPLETION, [{**row, "at": now, "source": "watching"} for row in found])
    settle(session, step.module_id, [row["person_id"] for row in found], now=now)
    return len(found)


def _end_revocations(session: Session, completions: Any, now: datetime, by_id: int) -> int:
    open_ones = sa.update(Revocation).where(Revocation.completion_id.in_(completions), Revocation.undone_at.is_(None))
    ended = session.execute(open_ones.values(undone_at=now, undone_by_id=by_id))
    return int(ended.rowcount)  # type: ignore[attr-defined]


@cache
def _waiting() -> Any:
    """What people who never did the step saw of a recording, a row for each version and class; person by person."""
    done = sa.select(Completion.person_id).where(Completion.step_id == Step.id).correlate(Step)
    return (
        sa.select(Coverage.person_id, *kept(), Version.duration, newest_version().label("newest"))
        .join(Step, Step.id == Coverage.step_id)
        .join(Version, sa.and_(Version.id == Coverage.version_id, Version.recording_id == Step.recording_id))
        .outerjoin(TimeMap, maps_to(newest_version()))
        .where(Step.id == sa.bindparam("step", type_=sa.Integer()), Coverage.person_id.not_in(done))
        .order_by(Coverage.person_id, Coverage.version_id)
    )
