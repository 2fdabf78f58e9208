"""The conversions as operators see them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app, url_for
from sqlalchemy import String, bindparam, case, literal, or_, select, type_coerce
from sqlalchemy.orm import Session

from app.config import Config
from app.db import Instant
from app.errors import NotFound
from app.i18n import _, lazy
from app.operations import kinds
from app.operations.kinds import SINCE, Acts, Kind, Line, Place, Standing
from media import actions
from media.actions import BELL
from media.models import Recording, Version
from media.reasons import STATES, sentence
from media.rules import RUNNING, Reason, State, may_cancel, may_retry


def register() -> None:
    """Show the conversions, and how full the disks are that they need."""
    kinds.provide(
        Kind(BELL, lazy("Conversion"), rows=_rows, stage=_stage, sentence=_sentence, url=_url, acts=_acts,
             retry=_retry, cancel=_cancel)
    )  # fmt: skip
    kinds.provide_places(places)


def places(config: Config) -> list[Place]:
    """Where a conversion works, and where it keeps what it made."""
    store = None if config.storage_url else Path(config.data_dir, "media")
    return [Place(lazy("Work folder"), config.data_dir / "work"), Place(lazy("Media store"), store)]


def _rows() -> Any:
    running, waiting = Version.state.in_(RUNNING), Version.state == State.RECEIVED
    failed = Version.state == State.FAILED
    lately = (Version.state_at > bindparam(SINCE, type_=Instant)) & Version.put_away_at.is_(None)
    standing = case((running, int(Standing.RUNNING)), (waiting, int(Standing.WAITING)), else_=int(Standing.FAILED))
    return (
        select(
            literal(BELL).label("kind"),
            Version.public_id.label("id"),
            case((Recording.title != "", Recording.title), else_=Version.file_name).label("subject"),
            standing.label("standing"),
            type_coerce(Version.state, String).label("stage"),
            Version.reason.label("reason"),
            Version.progress.label("part"),
            Version.eta_s.label("left"),
            Version.worker.label("worker"),
            Version.attempt.label("attempt"),
            Version.next_try_at.label("next_try_at"),
            Version.state_at.label("at"),
            Recording.public_id.label("page"),
        )
        .join(Recording, Recording.id == Version.recording_id)
        .where(or_(running, waiting, failed & lately), Recording.archived_at.is_(None))
    )


def _stage(line: Line) -> str:
    return str(STATES[State(line.stage)])


def _sentence(line: Line) -> str:
    if not line.reason:
        return ""
    if line.standing == Standing.FAILED or line.reason == Reason.NO_ROOM:
        return sentence(line.reason)
    return _("The last try failed; the next one begins by itself.")


def _url(line: Line) -> str:
    return url_for("recordings.show", public_id=line.page)


def _acts(line: Line) -> Acts:
    state = State(line.stage)
    delayed = state is State.RECEIVED and line.next_try_at is not None
    return Acts(retry=delayed or may_retry(state, line.reason), cancel=may_cancel(state))


def _retry(session: Session, public_id: str, by: Any, now: datetime) -> None:
    actions.retry(session, current_app.config["HOUSE"], _version(session, public_id), by, now)


def _cancel(session: Session, public_id: str, by: Any, now: datetime) -> None:
    actions.cancel(session, current_app.config["HOUSE"], _version(session, public_id), by, now)


def _version(session: Session, public_id: str) -> Version:
    found = session.scalar(select(Version).where(Version.public_id == public_id))
    if found is None:
        raise NotFound
    return found
