"""Conversions, comparisons of files and drafts of subtitles as operators see them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app, url_for
from sqlalchemy import ColumnElement, String, bindparam, case, func, literal, or_, select, true, type_coerce
from sqlalchemy.orm import Session, aliased

from app.config import Config
from app.db import Instant
from app.errors import NotFound
from app.i18n import _, lazy
from app.operations import kinds
from app.operations.kinds import SINCE, Acts, Kind, Line, Place, Standing
from app.operations.leases import Leases
from media import actions, captions, comparing, drafting, making, replacing
from media.leases import COMPARISONS, DRAFTS, VERSIONS
from media.models import Recording, Replacement, SpeechDraft, Version
from media.reasons import sentence
from media.rules import BYTES_A_SECOND, MAX_SECONDS, Origin, Reason, State, may_cancel, may_retry

_AGAIN = lazy("The last try failed; the next one begins by itself.")
_LOST = lazy("What it was made from and what was made so far are deleted. To do it again, the file must be sent again.")
_STOPPED = lazy("Both files stay. They can be compared once more, or somebody writes down what was changed.")


def register() -> None:
    """Show them, and how full the disks are that they need."""
    kinds.provide(
        Kind(VERSIONS.bell, lazy("Conversion"), rows=_rows, stage=_stage, sentence=_sentence, url=_url, acts=_acts,
             lost=_LOST, retry=_retry, cancel=_cancel)
    )  # fmt: skip
    kinds.provide(
        Kind(COMPARISONS.bell, lazy("Comparison"), rows=_comparisons, stage=_stage_of_comparison,
             sentence=_of_comparison, url=lambda line: url_for("replacements.show", public_id=line.page),
             acts=_acts_of_wish, lost=_STOPPED, retry=_compare, cancel=_stop)
    )  # fmt: skip
    kinds.provide(
        Kind(DRAFTS.bell, lazy("Draft of subtitles"), rows=_drafts, stage=_stage_of_draft, sentence=_of_draft,
             url=_url, acts=_acts_of_wish, lost=lazy("What was written so far is deleted; the recording stays."),
             retry=_draft_again, cancel=_stop_draft)
    )  # fmt: skip
    kinds.provide_places(places)


def places(config: Config) -> list[Place]:
    """Where a conversion works, and where it keeps what it made."""
    store = None if config.storage_url else Path(config.data_dir, "media")
    return [Place(lazy("Work folder"), config.data_dir / "work"), Place(lazy("Media store"), store)]


def _lines(
    leases: Leases,
    id_: Any,
    stage: Any,
    reason: Any,
    lasts: Any,
    lately: Any,
    coming: ColumnElement[bool] | None = None,
) -> Any:
    """The rows that wait, are worked on or failed lately, as operators read them; `coming`: what waits for others to
    make the file."""
    table, state = leases.table, getattr(leases.table, leases.state)
    waits = state == leases.waiting if coming is None else or_(state == leases.waiting, coming)
    standing = case(
        (state.in_(leases.working), int(Standing.RUNNING)),
        (waits, int(Standing.WAITING)),
        else_=int(Standing.FAILED),
    )
    failed = (state == leases.failed) & (table.state_at > bindparam(SINCE, type_=Instant)) & lately
    return select(
        literal(leases.bell).label("kind"),
        id_.label("id"),
        case((Recording.title != "", Recording.title), else_=Version.file_name).label("subject"),
        standing.label("standing"),
        stage.label("stage"),
        reason.label("reason"),
        table.progress.label("part"),
        table.eta_s.label("left"),
        table.worker.label("worker"),
        table.attempt.label("attempt"),
        (table.next_try_at if coming is None else case((~coming, table.next_try_at))).label("next_try_at"),
        table.state_at.label("at"),
        Recording.public_id.label("page"),
        kinds.turn(table.state_at, lasts, last=leases.last).label("turn"),
    ).where(leases.open, or_(waits, state.in_(leases.working), failed))


def _rows() -> Any:
    known = func.coalesce(Version.duration, Version.size / float(BYTES_A_SECOND), 0.0)
    drawn = (Version.state == State.UPLOADING) & (Version.origin == Origin.SERVER)
    lasts = case((drawn, kinds.LAST), (known > MAX_SECONDS, float(MAX_SECONDS)), else_=known)
    stage = type_coerce(Version.state, String)
    lines = _lines(VERSIONS, Version.public_id, stage, Version.reason, lasts, Version.put_away_at.is_(None), drawn)
    return lines.join(Recording, Recording.id == Version.recording_id).where(Recording.archived_at.is_(None))


def _comparisons() -> Any:
    stage = type_coerce(Replacement.stage, String)
    lines = _lines(COMPARISONS, Recording.public_id, stage, Replacement.reason, literal(0.0), true())
    return lines.join(Recording, Recording.id == Replacement.recording_id).join(
        Version, Version.id == Replacement.version_id
    )


def _stage_of_comparison(line: Line) -> str:
    if line.standing != Standing.RUNNING:
        return ""
    drawn = (line.part or 0.0) >= comparing.DRAWN
    return _("looking for one file in the other") if drawn else _("reading both files")


def _of_comparison(line: Line) -> str:
    if line.standing == Standing.FAILED:
        return _("The two files could not be compared. Compare once more, or write down what was changed.")
    return _why_it_waits(line)


def _why_it_waits(line: Line) -> str:
    if line.standing != Standing.WAITING or not line.reason:
        return ""
    return sentence(line.reason) if line.reason == Reason.NO_ROOM else str(_AGAIN)


def _acts_of_wish(line: Line) -> Acts:
    """Of what somebody asked for: it can be asked for again."""
    delayed = line.standing == Standing.WAITING and line.next_try_at is not None
    return Acts(retry=delayed or line.standing == Standing.FAILED, cancel=line.standing != Standing.FAILED)


def _compare(session: Session, recording_id: str, _by: Any, now: datetime) -> None:
    replacing.hurry(session, _replacement(session, recording_id), now)


def _stop(session: Session, recording_id: str, _by: Any, now: datetime) -> None:
    replacing.stop(session, _replacement(session, recording_id), now)


def _replacement(session: Session, recording_id: str) -> Replacement:
    asked = select(Replacement).join(Recording, Recording.id == Replacement.recording_id)
    found = session.scalar(asked.where(Recording.public_id == recording_id, Replacement.decided_at.is_(None)))
    if found is None:
        raise NotFound
    return found


def _drafts() -> Any:
    later = aliased(SpeechDraft)
    again = select(later.id).where(
        later.version_id == SpeechDraft.version_id, later.language == SpeechDraft.language, later.id > SpeechDraft.id
    )
    id_ = Version.public_id + "-" + SpeechDraft.language
    lines = _lines(DRAFTS, id_, SpeechDraft.language, SpeechDraft.reason, literal(0.0), ~again.exists())
    return lines.join(Version, Version.id == SpeechDraft.version_id).join(
        Recording, Recording.id == Version.recording_id
    )


def _stage_of_draft(line: Line) -> str:
    return str(captions.LANGUAGES.get(line.stage, line.stage))


def _of_draft(line: Line) -> str:
    if line.standing == Standing.FAILED:
        return _("The subtitles could not be drafted. Try again, or send a file of subtitles.")
    return _why_it_waits(line)


def _draft_again(session: Session, row_id: str, _by: Any, now: datetime) -> None:
    drafting.hurry(session, _speech_draft(session, row_id), now)


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
    if line.stage == State.UPLOADING:
        return _("to be made by the server")
    if line.standing != Standing.RUNNING:
        return ""
    if line.stage == State.PROBING:
        return _("being checked")
    return _("first size") if (line.part or 0.0) < making.FIRST else _("other sizes")


def _sentence(line: Line) -> str:
    if line.standing == Standing.FAILED:
        return sentence(line.reason or "")
    return sentence(line.reason) if line.reason == Reason.LETS_PASS else _why_it_waits(line)


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
