"""The summaries of watching are made again from the facts, and what follows from them."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Person
from media.models import Version
from modules import rules
from modules.actions.completing import complete_all_seen
from modules.actions.finishing import settle, settle_cycle, unfounded
from modules.models import Coverage, Cycle, Module, Step, Watching
from modules.queries.statements import newest_version

_PAIRS = (
    sa.select(Watching.person_id, Watching.step_id, Watching.version_id, Person.public_id, Step.public_id)
    .join(Person, Person.id == Watching.person_id)
    .join(Step, Step.id == Watching.step_id)
    .distinct()
    .order_by(Watching.person_id, Watching.step_id, Watching.version_id)
)


def rebuild(session: Session) -> Iterator[tuple[str, str, bool]]:
    """Make every coverage again from its facts: (person's id, step's id, whether it was equal) for each version."""
    for person_id, step_id, version_id, person, step in session.execute(_PAIRS).all():
        yield person, step, _rebuilt(session, person_id, step_id, version_id)
    session.flush()


def finish(session: Session, *, now: datetime) -> int:
    """Complete the recordings that were seen to their threshold, also through a time map that came later; how many."""
    return _finish(session, now)


def finish_of(session: Session, recording_id: int, *, now: datetime) -> int:
    """The same for the steps of one recording."""
    return _finish(session, now, Step.recording_id == recording_id)


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


def _rebuilt(session: Session, person_id: int, step_id: int, version_id: int) -> bool:
    """Whether the summary of one version was equal; if not, it is now."""
    facts = session.execute(
        sa.select(Watching.segments, Watching.position, Watching.received_at)
        .where(Watching.person_id == person_id, Watching.step_id == step_id, Watching.version_id == version_id)
        .order_by(Watching.received_at, Watching.id)
    ).all()
    ranges: list[rules.Range] = []
    for fact in facts:  # One after the other, as they came: what a full summary joins depends on what it held.
        ranges = rules.bounded(rules.merge([*ranges, *fact.segments]))
    placed = [fact for fact in facts if fact.position is not None]
    last = (placed[-1].position, placed[-1].received_at) if placed else (None, None)
    own = (Coverage.person_id == person_id, Coverage.step_id == step_id, Coverage.version_id == version_id)
    kept = session.scalar(sa.select(Coverage).where(*own).with_for_update())
    equal = kept is not None and rules.merge(kept.ranges) == ranges and (kept.position, kept.position_at) == last
    if kept is None:
        kept = Coverage(person_id=person_id, step_id=step_id, version_id=version_id)
        session.add(kept)
    if not equal:
        kept.ranges, kept.seconds = [list(r) for r in ranges], rules.covered(ranges)
        kept.position, kept.position_at = last
    return equal
