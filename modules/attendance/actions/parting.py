"""A day in person is parted into halves: morning and afternoon, or as many sessions as its facilitator says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.errors import Conflict, Invalid
from app.i18n import lazy
from modules.actions.building import line
from modules.attendance.models import AttendanceNote, Half
from modules.attendance.rules import MOST, WHOLE
from modules.models import Sitting


@dataclass(frozen=True, slots=True)
class Session:
    """A half as it is wished: its kind, a name where it is a session, and hours where they are known."""

    kind: str
    label: str = ""
    starts: time | None = None
    ends: time | None = None


def part_sitting(session: orm.Session, sitting: Sitting, wanted: Sequence[Session], *, now: datetime, by: Any) -> None:
    """Part the day as wished; a half of which something is noted stays, and may get another name and other hours.

    The whole day may always be parted: what was noted of it counts for each of its halves.
    """
    if not 1 <= len(wanted) <= MOST:
        raise Invalid(lazy("A day has one to eight halves or sessions."))
    for each in wanted:
        _expect(each)
    there = session.scalars(sa.select(Half).where(Half.sitting_id == sitting.id, Half.ended_at.is_(None))).all()
    kept, gone = _matched(there, wanted)
    _expect_unnoted(session, [half for half in gone if half.kind != WHOLE])
    for half in gone:
        half.ended_at, half.ended_by_id = now, by.id
    for place, half in enumerate(there):
        half.position = -1 - place  # Out of the way of each other.
    session.flush()
    for place, (before, each) in enumerate(kept):
        half = before or Half(sitting_id=sitting.id)
        half.position, half.kind, half.label = place, each.kind, line(each.label, "label")
        half.starts, half.ends = each.starts, each.ends
        session.add(half)
    session.flush()


def _matched(there: Sequence[Half], wanted: Sequence[Session]) -> tuple[list[tuple[Half | None, Session]], list[Half]]:
    """Each wish with the half that becomes it: the same name first, then a session in its order."""
    by_name = {(half.kind, half.label): half for half in there}
    found = [by_name.pop((each.kind, each.label.strip()), None) for each in wanted]
    left = list(by_name.values())
    for place, each in enumerate(wanted):
        if found[place] is None:
            found[place] = next((half for half in left if half.kind == each.kind == "session"), None)
            left = [half for half in left if half is not found[place]]
    return list(zip(found, wanted, strict=True)), left


def _expect(wish: Session) -> None:
    if wish.kind == "session" and not wish.label.strip():
        raise Invalid(lazy("Give each session a name."))
    if wish.ends and not wish.starts:
        raise Invalid(lazy("Write the hour at which it begins, or no hour at all."))
    if wish.starts and wish.ends and wish.ends <= wish.starts:
        raise Invalid(lazy("The end comes before the beginning."))


def _expect_unnoted(session: orm.Session, gone: Sequence[Half]) -> None:
    asked = sa.select(sa.exists().where(AttendanceNote.half_id.in_([half.id for half in gone])))
    if gone and session.scalar(asked):
        raise Conflict(lazy("Attendance is noted for a half that you leave out. Give it another name or other hours."))
