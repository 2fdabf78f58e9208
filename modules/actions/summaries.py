"""The summaries of watching, made again from the facts that count: in as many statements for one person as for many."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from modules import rules
from modules.actions.adding import add_all
from modules.models import Coverage, Watching
from modules.queries.statements import revoked

Which = Callable[[Any], tuple[sa.ColumnElement[bool], ...]]  # Of the facts and of the summaries alike.
Key = tuple[int, int, int, str]

AT_ONCE = 500
_COVERAGE: Any = Coverage.__table__
_CHANGED = _COVERAGE.update().where(_COVERAGE.c.id == sa.bindparam("kept"))


class Summary(NamedTuple):
    """What the facts of one person, step, version and class come to."""

    ranges: list[rules.Range]
    position: float | None
    position_at: datetime | None


NOTHING = Summary([], None, None)


def remake(session: Session, which: Which) -> Iterator[tuple[int, int, bool]]:
    """Make these summaries again: (person, step, whether it was equal) for each. Facts are read one by one."""
    session.flush()
    of = (Coverage.person_id, Coverage.step_id, Coverage.version_id, Coverage.klass)
    rows = session.execute(
        sa.select(*of, Coverage.id, Coverage.ranges, Coverage.position, Coverage.position_at)
        .where(*which(Coverage)).order_by(Coverage.id).with_for_update()
    )  # fmt: skip
    kept = {tuple(row[:4]): row for row in rows}
    new, changed = [], []
    for key, made in _summaries(session, which):
        had = kept.pop(key, None)
        equal = had is not None and _same(had, made)
        if had is None:
            new.append({**dict(zip(("person_id", "step_id", "version_id", "klass"), key, strict=True)), **_row(made)})
        elif not equal:
            changed.append({"kept": had.id, **_row(made)})
        yield key[0], key[1], equal
    for key, had in kept.items():  # No fact of it counts any more.
        equal = _same(had, NOTHING)
        if not equal:
            changed.append({"kept": had.id, **_row(NOTHING)})
        yield key[0], key[1], equal
    add_all(session, _COVERAGE, new)
    if changed:
        session.connection().execute(_CHANGED, changed)
    session.expire_all()


def _summaries(session: Session, which: Which) -> Iterator[tuple[Key, Summary]]:
    facts = session.execute(
        sa.select(
            Watching.person_id, Watching.step_id, Watching.version_id, Watching.klass, Watching.segments,
            Watching.position, Watching.received_at,
        )
        .where(*which(Watching), ~revoked())
        .order_by(*(getattr(Watching, name) for name in ("person_id", "step_id", "version_id", "klass")))
        .order_by(Watching.received_at, Watching.id)
        .execution_options(yield_per=AT_ONCE)
    )  # fmt: skip
    for key, own in groupby(facts, itemgetter(0, 1, 2, 3)):
        ranges: list[rules.Range] = []
        position, position_at = None, None
        for fact in own:  # One after the other, as they came: what a full summary joins depends on what it held.
            ranges = rules.bounded(rules.merge([*ranges, *fact.segments]))
            if fact.position is not None:
                position, position_at = fact.position, fact.received_at
        yield key, Summary(ranges, position, position_at)


def _same(had: Any, made: Summary) -> bool:
    return rules.merge(had.ranges) == made.ranges and (had.position, had.position_at) == made[1:]


def _row(made: Summary) -> dict[str, Any]:
    return {
        "ranges": [list(piece) for piece in made.ranges], "seconds": rules.covered(made.ranges),
        "position": made.position, "position_at": made.position_at,
    }  # fmt: skip
