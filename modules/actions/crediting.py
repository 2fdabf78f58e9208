"""Facts that somebody else reports: a trainer of those who sat in the room, a file of another player's statements."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from media.models import Version
from modules import rules
from modules.actions.adding import add_all
from modules.actions.completing import complete_all_seen
from modules.models import Coverage, Step, Watching
from modules.queries.statements import newest_version

KEY = ("person_id", "step_id", "version_id", "klass")
Unions = dict[tuple[int, int, int, str], list[rules.Range]]
_WATCHING: Any = Watching.__table__
_COVERAGE: Any = Coverage.__table__
_GROWN = _COVERAGE.update().where(_COVERAGE.c.id == sa.bindparam("kept"))


def credit(
    session: Session, step: Step, version_id: int, people: Collection[int], ranges: Sequence[Sequence[float]], *,
    batch: str, now: datetime, klass: str = rules.IN_ROOM, by: Any = None,
) -> int:  # fmt: skip
    """Credit all of these people with the same passages of a version; how many have done the step by it.

    `batch` names what was done, a viewing, for example: who has a fact of this name, revoked or not, gets no second
    one. The statements do not grow with the people.
    """
    known = sa.select(Watching.person_id).where(Watching.person_id.in_(people), Watching.batch == batch)
    new = sorted(set(people).difference(session.scalars(known)))
    duration, newest = session.execute(
        sa.select(Version.duration, newest_version()).join(Step, Step.id == step.id).where(Version.id == version_id)
    ).one()
    union = rules.merge(rules.clip(ranges, duration))
    if not (new and union):
        return 0
    about = {"step_id": step.id, "version_id": version_id, "klass": klass}
    fact = {**about, "batch": batch, "segments": [list(piece) for piece in union], "marks": [], "received_at": now}
    add_all(session, _WATCHING, [{**fact, "by_id": by and by.id, "person_id": person_id} for person_id in new])
    grow(session, {(person_id, step.id, version_id, klass): union for person_id in new})
    length = sa.select(Version.duration).where(Version.id == newest)
    return complete_all_seen(session, step, session.scalar(length), now=now, people=new)


def grow(session: Session, unions: Unions) -> None:
    """Let the summaries (of person, step, version and class) hold these passages too. Constant statements."""
    if not unions:
        return
    empty = [{**dict(zip(KEY, key, strict=True)), "ranges": [], "seconds": 0.0} for key in unions]
    add_all(session, _COVERAGE, empty)
    columns = [getattr(Coverage, name) for name in KEY]
    among = [column.in_({key[place] for key in unions}) for place, column in enumerate(columns)]
    kept = sa.select(Coverage.id, Coverage.ranges, *columns).where(*among).order_by(Coverage.id)
    changed = []
    for row in session.execute(kept.with_for_update()):
        if tuple(row[2:]) in unions:
            ranges = rules.bounded(rules.merge([*row.ranges, *unions[tuple(row[2:])]]))
            changed.append({"kept": row.id, "ranges": [list(r) for r in ranges], "seconds": rules.covered(ranges)})
    session.connection().execute(_GROWN, changed)
