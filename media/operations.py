"""Conversions, comparisons of files and drafts of subtitles as operators see them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app, url_for
from sqlalchemy import Double, String, bindparam, case, cast, func, literal, null, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from app.config import Config
from app.db import Instant
from app.errors import NotFound
from app.i18n import _, lazy
from app.operations import kinds
from app.operations.kinds import SINCE, Acts, Kind, Line, Place, Standing
from media import actions, captions, drafting, replacing
from media.actions import BELL
from media.models import Recording, Replacement, SpeechDraft, Version
from media.reasons import STATES, sentence
from media.rules import RUNNING, Reason, Stage, State, may_cancel, may_retry

_AGAIN = lazy("The last try failed; the next one begins by itself.")
_LOST = lazy("What it was made from and what was made so far are deleted. To do it again, the file must be sent again.")
_STOPPED = lazy("Both files stay. They can be compared once more, or somebody writes down what was changed.")
_STAGES = {
    Stage.WAITING: lazy("Received, waiting"),
    Stage.COMPARING: lazy("Being compared"),
    Stage.FAILED: lazy("Failed"),
}


def register() -> None:
    """Show both, and how full the disks are that they need."""
    kinds.provide(
        Kind(BELL, lazy("Conversion"), rows=_rows, stage=_stage, sentence=_sentence, url=_url, acts=_acts,
             lost=_LOST, retry=_retry, cancel=_cancel)
    )  # fmt: skip
    kinds.provide(
        Kind(replacing.BELL, lazy("Comparison"), rows=_comparisons, stage=lambda line: str(_STAGES[Stage(line.stage)]),
             sentence=_of_comparison, url=lambda line: url_for("replacements.show", public_id=line.page),
             acts=_acts_of_wish, lost=_STOPPED, retry=_compare, cancel=_stop)
    )  # fmt: skip
    kinds.provide(
        Kind(drafting.BELL, lazy("Draft of subtitles"), rows=_drafts, stage=_stage_of_draft, sentence=_of_draft,
             url=_url, acts=_acts_of_wish, lost=lazy("What was written so far is deleted; the recording stays."),
             retry=_draft_again, cancel=_stop_draft)
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


def _comparisons() -> Any:
    standing = case(
        (Replacement.stage == Stage.COMPARING, int(Standing.RUNNING)),
        (Replacement.stage == Stage.WAITING, int(Standing.WAITING)),
        else_=int(Standing.FAILED),
    )
    lately = (Replacement.stage == Stage.FAILED) & (Replacement.created_at > bindparam(SINCE, type_=Instant))
    return (
        select(
            literal(replacing.BELL).label("kind"),
            Recording.public_id.label("id"),
            case((Recording.title != "", Recording.title), else_=Version.file_name).label("subject"),
            standing.label("standing"),
            type_coerce(Replacement.stage, String).label("stage"),
            cast(null(), String).label("reason"),
            Replacement.progress.label("part"),
            cast(null(), Double).label("left"),
            cast(null(), String).label("worker"),
            Replacement.attempt.label("attempt"),
            Replacement.next_try_at.label("next_try_at"),
            Replacement.created_at.label("at"),
            Recording.public_id.label("page"),
        )
        .join(Recording, Recording.id == Replacement.recording_id)
        .join(Version, Version.id == Replacement.version_id)
        .where(Replacement.decided_at.is_(None), or_(Replacement.stage.in_(replacing.UNDER_WAY), lately))
    )


def _of_comparison(line: Line) -> str:
    if line.standing == Standing.FAILED:
        return _("The two files could not be compared. Compare once more, or write down what was changed.")
    return str(_AGAIN) if line.standing == Standing.WAITING and line.attempt else ""


def _acts_of_wish(line: Line) -> Acts:
    """Of what somebody asked for: it can be asked for again."""
    delayed = line.standing == Standing.WAITING and line.next_try_at is not None
    return Acts(retry=delayed or line.standing == Standing.FAILED, cancel=line.standing != Standing.FAILED)


def _compare(session: Session, recording_id: str, _by: Any, _now: datetime) -> None:
    replacing.hurry(session, _replacement(session, recording_id))


def _stop(session: Session, recording_id: str, _by: Any, _now: datetime) -> None:
    replacing.stop(session, _replacement(session, recording_id))


def _replacement(session: Session, recording_id: str) -> Replacement:
    asked = select(Replacement).join(Recording, Recording.id == Replacement.recording_id)
    found = session.scalar(asked.where(Recording.public_id == recording_id, Replacement.decided_at.is_(None)))
    if found is None:
        raise NotFound
    return found


def _drafts() -> Any:
    stage = SpeechDraft.stage
    standing = case(
        (stage == "working", int(Standing.RUNNING)), (stage == "waiting", int(Standing.WAITING)),
        else_=int(Standing.FAILED),
    )  # fmt: skip
    later = aliased(SpeechDraft)
    again = select(later.id).where(
        later.version_id == SpeechDraft.version_id, later.language == SpeechDraft.language, later.id > SpeechDraft.id
    )
    lately = (stage == "failed") & (SpeechDraft.ended_at > bindparam(SINCE, type_=Instant)) & ~again.exists()
    return (
        select(
            literal(drafting.BELL).label("kind"),
            (Version.public_id + "-" + SpeechDraft.language).label("id"),
            case((Recording.title != "", Recording.title), else_=Version.file_name).label("subject"),
            standing.label("standing"),
            stage.label("stage"),
            SpeechDraft.language.label("reason"),
            SpeechDraft.progress.label("part"),
            cast(null(), Double).label("left"),
            cast(null(), String).label("worker"),
            SpeechDraft.attempt.label("attempt"),
            SpeechDraft.next_try_at.label("next_try_at"),
            func.coalesce(SpeechDraft.ended_at, SpeechDraft.created_at, type_=Instant).label("at"),
            Recording.public_id.label("page"),
        )
        .join(Version, Version.id == SpeechDraft.version_id)
        .join(Recording, Recording.id == Version.recording_id)
        .where(or_(stage.in_(("waiting", "working")), lately))
    )


def _stage_of_draft(line: Line) -> str:
    return str(captions.LANGUAGES.get(line.reason or "", line.reason))


def _of_draft(line: Line) -> str:
    if line.standing == Standing.FAILED:
        return _("The subtitles could not be drafted. Try again, or send a file of subtitles.")
    return str(_AGAIN) if line.standing == Standing.WAITING and line.attempt else ""


def _draft_again(session: Session, row_id: str, _by: Any, _now: datetime) -> None:
    drafting.hurry(session, _speech_draft(session, row_id))


def _stop_draft(session: Session, row_id: str, _by: Any, now: datetime) -> None:
    row = _speech_draft(session, row_id)
    drafting.cancel(session, session.get_one(Version, row.version_id), row.language, now)


def _speech_draft(session: Session, row_id: str) -> SpeechDraft:
    public_id, _dash, language = row_id.partition("-")
    asked = select(SpeechDraft).join(Version, Version.id == SpeechDraft.version_id)
    mine = asked.where(Version.public_id == public_id, SpeechDraft.language == language)
    found = session.scalars(mine.order_by(SpeechDraft.id.desc())).first()
    if found is None:
        raise NotFound
    return found


def _stage(line: Line) -> str:
    return str(STATES[State(line.stage)])


def _sentence(line: Line) -> str:
    if not line.reason:
        return ""
    if line.standing == Standing.FAILED or line.reason == Reason.NO_ROOM:
        return sentence(line.reason)
    return str(_AGAIN)


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
