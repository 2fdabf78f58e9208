"""The three kinds of rows that workers of this room take by lease, and what only the holder of a version writes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, not_, or_, select, update
from sqlalchemy.orm import Session

from app.operations.leases import Leases
from media.making import Result
from media.models import Rendition, Replacement, SpeechDraft, Version
from media.rules import FAULT_OF_THE_SERVER, MAX_ATTEMPTS, Reason, Rung, Stage, State, turn

TRIES = 3
BELL, COMPARE, SPEECH = "media.transcode", "media.compare", "media.speech"

VERSIONS = Leases(
    BELL, Version, "state", State.RECEIVED, (State.PROBING, State.TRANSCODING), State.FAILED, MAX_ATTEMPTS,
    ended=lambda now: {"shown_at": None},
    may_help=lambda reason: reason in FAULT_OF_THE_SERVER - {Reason.TIMED_OUT},
    turn=lambda row: turn(row.state_at, row.size, row.duration),
    columns=(Version.size, Version.duration, Version.shown_at),
    last=False,
)  # fmt: skip
COMPARISONS = Leases(
    COMPARE, Replacement, "stage", Stage.WAITING, (Stage.COMPARING,), Stage.FAILED, TRIES,
    open=Replacement.decided_at.is_(None),
)  # fmt: skip
DRAFTS = Leases(
    SPEECH, SpeechDraft, "stage", "waiting", ("working",), "failed", TRIES, ended=lambda now: {"ended_at": now}
)  # fmt: skip


def publish(session: Session, version_id: int, token: str, key: str, result: Result, now: datetime) -> None:
    """The first size can be played while the others are made: what an attempt before this one had made goes."""
    _write(session, delete(Rendition).where(Rendition.version_id == version_id))
    pictures = [made.rung for made in result.renditions if made.rung and made.kind == "video"]
    VERSIONS.renew(session, version_id, token, now, key=key, duration=result.duration, **_size(pictures))
    _add(session, version_id, key, result)
    show_if_first(session, version_id, now)


def finish(session: Session, version_id: int, token: str, key: str, result: Result, now: datetime) -> None:
    """Ready: the other renditions and the state in one transaction, or Stopped."""
    pictures = [made.rung for made in result.renditions if made.rung and made.kind == "video"]
    made = {"key": key, "duration": result.duration, **_size(pictures)}
    VERSIONS.finish(session, version_id, token, State.READY, now, **made)
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


def _write(session: Session, statement: Any) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount
