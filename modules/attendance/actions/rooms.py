"""A recording is played for a room: what was played is credited to who sits there, and can be taken back."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import notices
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.models import Cohort
from app.text import clean_line
from modules import rules as spine
from modules.actions.adding import add_all
from modules.actions.building import line
from modules.actions.completing import take_back_each
from modules.actions.crediting import credit
from modules.actions.disputing import revoke_facts, undo_revocations
from modules.attendance import rules
from modules.attendance.models import RoomSeat, RoomViewing
from modules.attendance.queries.rooms import facts, no_longer_done, seated
from modules.models import Step, StepTitle

LONGEST_REASON = 500
REVOKED = lazy("This viewing has been taken back. Begin another one.")
_SEAT: Any = RoomSeat.__table__


def begin(
    session: Session, cohort: Cohort, step: Step, version_id: int, people: Collection[int], *, place: str,
    half_id: int | None, by: Any, now: datetime,
) -> RoomViewing:  # fmt: skip
    """A viewing begins, with who sits there; nothing is credited yet."""
    if not people:
        raise Invalid(fields={"people": lazy("Choose who is in the room.")})
    viewing = RoomViewing(
        step_id=step.id, version_id=version_id, cohort_id=cohort.id, half_id=half_id, place=line(place, "place"),
        by_id=by.id, started_at=now,
    )  # fmt: skip
    session.add(viewing)
    session.flush()
    _seat(session, viewing, people, by, now)
    return viewing


def played(
    session: Session, viewing: RoomViewing, step: Step, segments: Sequence[Any], duration: float, *, by: Any,
    now: datetime,
) -> list[spine.Range]:  # fmt: skip
    """Add what was played, in any order and however often; what is new is credited each five minutes and at the end."""
    _alone(session, viewing)
    before = spine.covered([tuple(r) for r in viewing.ranges])
    ranges = spine.bounded(spine.merge([*map(tuple, viewing.ranges), *spine.clip(segments, duration)]))
    viewing.ranges = [list(r) for r in ranges]
    session.flush()
    due = viewing.ended_at is not None or rules.to_credit(before, spine.covered(ranges), duration)
    if due and viewing.revoked_at is None:
        _credit(session, viewing, step, seated(session, viewing), by, now)
    return ranges


def seat(
    session: Session, viewing: RoomViewing, step: Step, people: Collection[int], *, by: Any, now: datetime
) -> None:
    """These people sit there too, and are credited with what was played so far."""
    _alone(session, viewing)
    if viewing.revoked_at is not None:
        raise Conflict(REVOKED)
    _seat(session, viewing, people, by, now)
    undo_revocations(session, step, people, facts(session, viewing, people), by=by, now=now)
    _credit(session, viewing, step, people, by, now)


def unseat(
    session: Session, viewing: RoomViewing, step: Step, people: Collection[int], *, by: Any, why: str, now: datetime
) -> None:
    """These people did not sit there: what they were credited with counts no longer, and they are told why."""
    said = clean_line(why, longest=LONGEST_REASON)
    if not said:
        raise Invalid(fields={"why": lazy("Say why, as they will read it.")})
    _alone(session, viewing)
    open_seats = sa.update(RoomSeat).where(
        RoomSeat.viewing_id == viewing.id, RoomSeat.person_id.in_(people), RoomSeat.ended_at.is_(None)
    )
    session.execute(open_seats.values(ended_at=now, ended_by_id=by.id, why=said))
    revoke_facts(session, step, people, facts(session, viewing, people), by=by, why=said, now=now)
    lost = no_longer_done(session, step, people, viewing.started_at, now)
    take_back_each(session, step, dict.fromkeys(lost, said), by=by, now=now)
    _tell(session, "room_revoked", viewing, step, people, now, why=said)


def finish(session: Session, viewing: RoomViewing, step: Step, *, by: Any, now: datetime) -> None:
    """All that was played is credited; what comes later from a device without network still is."""
    _alone(session, viewing)
    if viewing.revoked_at is not None:
        raise Conflict(REVOKED)
    viewing.ended_at = viewing.ended_at or now
    _credit(session, viewing, step, seated(session, viewing), by, now)


def take_back(session: Session, viewing: RoomViewing, step: Step, *, by: Any, why: str, now: datetime) -> None:
    """The viewing counts for nobody any more. What was played stays on record."""
    if viewing.revoked_at is None:
        unseat(session, viewing, step, seated(session, viewing), by=by, why=why, now=now)
        viewing.revoked_at, viewing.revoked_by_id, viewing.why = now, by.id, clean_line(why, longest=LONGEST_REASON)
    session.flush()


def _alone(session: Session, viewing: RoomViewing) -> None:
    """Two reports of one viewing are added one after the other."""
    session.refresh(viewing, with_for_update=True)


def _seat(session: Session, viewing: RoomViewing, people: Collection[int], by: Any, now: datetime) -> None:
    shared = {"viewing_id": viewing.id, "at": now, "by_id": by.id, "why": ""}
    add_all(session, _SEAT, [{**shared, "person_id": person_id} for person_id in sorted(people)])


def _credit(
    session: Session, viewing: RoomViewing, step: Step, people: Collection[int], by: Any, now: datetime
) -> None:
    """A fact for each, named by the viewing and by what was played: the same again is one."""
    if not people or not viewing.ranges:
        return
    name = sha256(json.dumps(viewing.ranges).encode()).hexdigest()[:16]
    batch = f"room-{viewing.public_id}-{name}"
    credit(session, step, viewing.version_id, people, viewing.ranges, batch=batch, by=by, now=now)
    _tell(session, "room", viewing, step, people, now)


def _tell(
    session: Session, kind: str, viewing: RoomViewing, step: Step, people: Collection[int], now: datetime, why: str = ""
) -> None:
    titles = session.execute(sa.select(StepTitle.lang, StepTitle.title).where(StepTitle.step_id == step.id))
    words = {"title": notices.titles({row.lang: row.title for row in titles}), "why": why}
    path, key = f"/steps/{step.public_id}", f"{viewing.public_id}-{now:%Y%m%d%H%M}" if why else viewing.public_id
    notices.tell_all(session, kind, [(person_id, key, path, words) for person_id in people], now=now)
