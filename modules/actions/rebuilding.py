"""The summaries of watching are made again from the facts, and what follows from them."""

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Person
from media.models import Version
from modules.actions.completing import complete_all_seen
from modules.actions.finishing import settle, settle_cycle, unfounded
from modules.actions.summaries import remake
from modules.models import Coverage, Cycle, Module, Step, Watching
from modules.queries.statements import newest_version

MOST = 2**31 - 1
AT_ONCE = 200  # People: what is held in memory does not grow with the programme.


def people_with_facts(session: Session) -> Iterator[tuple[int, int]]:
    """Everybody of whom there are facts or summaries, in spans of ids that can be rebuilt each by itself."""
    both = sa.union(sa.select(Watching.person_id), sa.select(Coverage.person_id)).subquery()
    last = -1
    while True:
        after = sa.select(both.c.person_id).where(both.c.person_id > last).order_by(both.c.person_id).limit(AT_ONCE)
        found = session.scalars(after).all()
        if not found:
            return
        yield found[0], found[-1]
        last = found[-1]


def rebuild(session: Session, first: int = 0, last: int = MOST) -> Iterator[tuple[str, str, bool]]:
    """Make the summaries of people with these ids again: (person's id, step's id, whether it was equal) for each."""
    names = sa.select(Person.id, Person.public_id).where(Person.id.between(first, last))
    people: dict[int, str] = {row[0]: row[1] for row in session.execute(names)}
    steps: dict[int, str] = {row[0]: row[1] for row in session.execute(sa.select(Step.id, Step.public_id))}
    for person_id, step_id, equal in remake(session, lambda table: (table.person_id.between(first, last),)):
        yield people[person_id], steps[step_id], equal


def sum_anew(session: Session, people: Collection[int]) -> None:
    """Make the summaries of these people again: their facts have come or gone."""
    seen = sa.exists().where(
        Watching.person_id == Coverage.person_id, Watching.step_id == Coverage.step_id,
        Watching.version_id == Coverage.version_id, Watching.klass == Coverage.klass,
    )  # fmt: skip
    without = sa.delete(Coverage).where(Coverage.person_id.in_(people), ~seen)
    session.execute(without.execution_options(synchronize_session=False))
    for _summary in remake(session, lambda table: (table.person_id.in_(people),)):
        pass


def finish(session: Session, *, now: datetime) -> int:
    """Complete the recordings that were seen to their threshold, also through a time map that came later; how many."""
    return _finish(session, now)


def finish_of(session: Session, recording_id: int, *, now: datetime) -> int:
    """The same for the steps of one recording."""
    return _finish(session, now, Step.recording_id == recording_id)


def finish_steps(session: Session, step_ids: Collection[int], *, now: datetime) -> int:
    """The same for these steps."""
    return _finish(session, now, Step.id.in_(step_ids)) if step_ids else 0


def settle_all(session: Session, *, now: datetime) -> tuple[int, list[tuple[str, str]]]:
    """Note which modules and cycles are finished, how many; and whose finished module lacks a step that it needs, as
    (person's id, module's id): that is said and not ended, for somebody has to say why."""
    added, odd = 0, []
    for module in session.execute(sa.select(Module.id, Module.public_id).order_by(Module.id)).all():
        added += settle(session, module.id, None, now=now)
        people = sa.select(Person.public_id).where(Person.id.in_(unfounded(session, module.id)))
        odd += [(person, module.public_id) for person in session.scalars(people)]
    for cycle_id in session.scalars(sa.select(Cycle.id).order_by(Cycle.id)).all():
        settle_cycle(session, cycle_id, None, now=now)
    return added, odd


def _finish(session: Session, now: datetime, *which: sa.ColumnElement[bool]) -> int:
    steps = sa.select(Step, Version.duration).join(Version, Version.id == newest_version())
    found = session.execute(steps.where(Step.kind == "recording", Step.archived_at.is_(None), *which)).all()
    return sum(complete_all_seen(session, step, duration, now=now) for step, duration in found)
