"""A version is worked on by whoever holds its lease; every write asks whether it still does. Row counts decide.

`now` is the time of the database (`jobs.time_of`): the machines that share a lease need not agree on theirs.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, and_, delete, not_, or_, select, update
from sqlalchemy.orm import Session

from media.making import Result
from media.models import Rendition, Version
from media.processes import Stopped
from media.rules import (
    FAULT_OF_THE_SERVER,
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    RUNNING,
    Reason,
    Rung,
    State,
    lasts,
    room_pause,
    turn,
)

_FREE = {"token": None, "lease_until": None, "eta_s": None}


def claim(session: Session, version_id: int, token: str, now: datetime, worker: str = "") -> bool:
    """Take the row if nobody works on it and it is its turn."""
    taken = _write(
        session,
        update(Version)
        .where(Version.id == version_id, Version.attempt < MAX_ATTEMPTS, or_(_waiting(now), _abandoned(now)))
        .values(
            state=State.PROBING,
            state_at=now,
            token=token,
            worker=worker or None,
            lease_until=now + timedelta(seconds=LEASE_SECONDS),
            attempt=Version.attempt + 1,
            next_try_at=None,
            reason=None,
            progress=0.0,
            eta_s=None,
        ),
    )
    return taken == 1


def note(session: Session, version_id: int, token: str, now: datetime, **values: Any) -> None:
    """A sign of life with what is new; Stopped if the row is no longer ours."""
    lease = now + timedelta(seconds=LEASE_SECONDS)
    ours = update(Version).where(Version.id == version_id, Version.token == token)
    if not _write(session, ours.values(lease_until=lease, **values)):
        raise Stopped


def hand_back(session: Session, version_id: int, token: str, now: datetime) -> None:
    """The worker was asked to stop: the next one begins at once, and this attempt does not count."""
    ours = update(Version).where(Version.id == version_id, Version.token == token)
    values = {"state": State.RECEIVED, "state_at": now, "attempt": Version.attempt - 1, "progress": 0.0, **_FREE}
    _write(session, ours.values(**values))


def wait_for_room(session: Session, version_id: int, now: datetime, token: str | None = None) -> None:
    """The disk is too full to begin: it waits without counting an attempt, and says so. `token`: of whoever began."""
    mine = Version.token == token if token else or_(_waiting(now), _abandoned(now))
    since = session.scalar(select(Version.state_at).where(Version.id == version_id, mine))
    if since is None:
        return
    pause = room_pause(timedelta() if token else now - since)
    values: dict[str, Any] = {"state": State.RECEIVED, "reason": Reason.NO_ROOM, "next_try_at": now + pause, **_FREE}
    if token:
        values |= {"state_at": now, "attempt": Version.attempt - 1, "progress": 0.0}
    _write(session, update(Version).where(Version.id == version_id, mine).values(**values))


def fail(session: Session, version_id: int, token: str, reason: Reason, now: datetime) -> bool:
    """Say why it failed; a failure of ours is tried again later, a few times. Whether this was the end."""
    attempt = session.scalar(select(Version.attempt).where(Version.id == version_id, Version.token == token))
    if attempt is None:
        raise Stopped
    again = reason in FAULT_OF_THE_SERVER - {Reason.TIMED_OUT} and attempt < MAX_ATTEMPTS
    values: dict[str, Any] = {"state": State.FAILED, "reason": reason, "state_at": now, "progress": 0.0, **_FREE}
    if again:
        values |= {"state": State.RECEIVED, "next_try_at": now + timedelta(seconds=15 * 4 ** (attempt - 1))}
    else:
        values |= {"shown_at": None}
    _write(session, update(Version).where(Version.id == version_id, Version.token == token).values(**values))
    return not again


def publish(session: Session, version_id: int, token: str, key: str, result: Result, now: datetime) -> None:
    """The first size can be played while the others are made: what an attempt before this one had made goes."""
    _write(session, delete(Rendition).where(Rendition.version_id == version_id))
    pictures = [made.rung for made in result.renditions if made.rung and made.kind == "video"]
    note(session, version_id, token, now, key=key, duration=result.duration, **_size(pictures))
    _add(session, version_id, key, result)
    show_if_first(session, version_id, now)


def finish(session: Session, version_id: int, token: str, key: str, result: Result, now: datetime) -> None:
    """Ready: the other renditions and the state in one transaction, or Stopped."""
    pictures = [made.rung for made in result.renditions if made.rung and made.kind == "video"]
    values: dict[str, Any] = {"state": State.READY, "state_at": now, "progress": 1.0, "key": key, "reason": None}
    values |= {"duration": result.duration, **_size(pictures), **_FREE}
    if not _write(session, update(Version).where(Version.id == version_id, Version.token == token).values(**values)):
        raise Stopped
    _add(session, version_id, key, result)
    show_if_first(session, version_id, now)


def show_if_first(session: Session, version_id: int, now: datetime) -> bool:
    """Show learners this version if they see no other of its recording: a later one waits for a yes (`replacing`).
    Whether it is what they see now."""
    recording_id = select(Version.recording_id).where(Version.id == version_id).scalar_subquery()
    shown = select(Version.id).where(Version.recording_id == recording_id, Version.shown_at.is_not(None))
    seen = list(session.scalars(shown.order_by(Version.shown_at.desc(), Version.number.desc())))
    if not seen:
        _write(session, update(Version).where(Version.id == version_id).values(shown_at=now))
    return not seen or seen[0] == version_id


def _add(session: Session, version_id: int, key: str, result: Result) -> None:
    for made in result.renditions:
        session.add(
            Rendition(
                version_id=version_id,
                name=made.name,
                kind=made.kind,
                width=made.rung.width if made.rung else None,
                height=made.rung.height if made.rung else None,
                bytes=made.bytes,
                bandwidth=made.peak,
                average_bandwidth=made.average,
                codecs=made.codecs,
                weights=made.weights,
                key=f"{key}/{made.file.name}",
                download_key=f"{key}/{made.download.name}" if made.download else None,
                download_bytes=made.download_bytes,
            )
        )
    session.flush()


def _size(pictures: list[Rung]) -> dict[str, int]:
    return {"width": pictures[-1].width, "height": pictures[-1].height} if pictures else {}


def is_shown(session: Session, version_id: int) -> bool:
    """Whether learners see what there is of it."""
    return bool(session.scalar(select(Version.shown_at.is_not(None)).where(Version.id == version_id)))


def counted(session: Session, version_id: int, key: str) -> Collection[str] | None:
    """The files under this key that the version is made of, by name: none when it is made of others, None for all of a
    version that is ready. Until then, what learners already see of it."""
    asked = select(Version.state).where(Version.id == version_id, Version.key == key, _standing())
    state = session.scalar(asked)
    if state in {None, State.READY}:
        return None if state else ()
    made = select(Rendition.name, Rendition.key, Rendition.download_key).where(Rendition.version_id == version_id)
    names = [(f"{row.name}.m3u8", f"{row.name}.mp4", row.key, row.download_key or "") for row in session.execute(made)]
    return {"first.m3u8", *(name.rpartition("/")[2] for row in names for name in row)}


def forget_key(session: Session, version_id: int, key: str) -> None:
    """The files under this key are deleted; a newer key of the same version stays."""
    named = update(Version).where(Version.id == version_id, Version.key == key, not_(_standing()))
    if _write(session, named.values(key=None)):
        _write(session, delete(Rendition).where(Rendition.version_id == version_id))


def _standing() -> Any:
    return or_(Version.state == State.READY, Version.shown_at.is_not(None))


class Due(NamedTuple):
    """A row that somebody should work on now. `missed`: no bell is on its way, for its time came or its worker died."""

    id: int
    turn: datetime
    missed: str
    lasts: float
    seen: bool  # Learners see it already, if only in its first size.


def due(session: Session, now: datetime) -> list[Due]:
    """Those rows, in their turn."""
    facts = select(Version.id, Version.state_at, Version.size, Version.duration, Version.token, Version.next_try_at,
                   Version.shown_at)  # fmt: skip
    rows = session.execute(facts.where(Version.attempt < MAX_ATTEMPTS, or_(_waiting(now), _abandoned(now))))
    found = [
        Due(
            row.id,
            turn(row.state_at, row.size, row.duration),
            row.token or str(row.next_try_at or ""),
            lasts(row.size, row.duration),
            row.shown_at is not None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.turn, each.id))


def give_up(session: Session, now: datetime) -> None:
    """A row whose workers died time after time is failed, so that a person looks at it."""
    spent = update(Version).where(Version.attempt >= MAX_ATTEMPTS, _abandoned(now))
    values: dict[str, Any] = {"state": State.FAILED, "reason": Reason.INTERRUPTED, "state_at": now, **_FREE}
    _write(session, spent.values(shown_at=None, **values))


def _waiting(now: datetime) -> Any:
    return and_(Version.state == State.RECEIVED, or_(Version.next_try_at.is_(None), Version.next_try_at <= now))


def _abandoned(now: datetime) -> Any:
    return and_(Version.state.in_(RUNNING), Version.lease_until < now)


def _write(session: Session, statement: Any) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount
