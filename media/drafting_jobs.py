"""The worker's side of a draft: fetch the sound, let the engine write, keep what it wrote."""

import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.db import db
from app.operations.work import Hold, work
from media import captions, publishing, room
from media.captions import Cue
from media.leases import DRAFTS
from media.models import Rendition, SpeechDraft
from media.processes import why
from media.rules import Reason
from media.speech import engine
from media.storage import storage_for


@jobs.handler(DRAFTS.bell)
def draft(row_id: int) -> None:
    """Draft the subtitles of a row."""
    work(DRAFTS, row_id, _draft, why)


def _draft(hold: Hold) -> None:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        row = session.get_one(SpeechDraft, hold.row_id)
        sound = select(Rendition.key, Rendition.bytes).where(Rendition.version_id == row.version_id)
        made = session.execute(sound.order_by(Rendition.kind != "sound", Rendition.bytes)).first()
    machine = engine(hold.config)
    if made is None or machine is None:
        raise FileNotFoundError("no sound, or no engine")
    hold.need_room(lambda session: room.missing(session, hold.config, made.bytes))
    file = hold.folder / f"sound{Path(made.key).suffix}"
    with storage_for(hold.config).open(made.key) as opened, file.open("wb") as copy:
        shutil.copyfileobj(opened, copy)

    def heard(part: float | None) -> None:
        hold.check() if part is None else hold.heard(part)

    _keep(hold, row, list(machine.transcribe(file, row.language, heard)))


def _keep(hold: Hold, row: SpeechDraft, cues: list[Cue]) -> None:
    """As subtitles that somebody is to publish, in the transaction that ends the draft."""
    with db.sessionmaker.begin() as session:
        now = jobs.time_of(session)
        DRAFTS.finish(session, hold.row_id, hold.token, "done", now, ended_at=now)
        publishing.keep(session, row, captions.webvtt(cues), now)


@jobs.sweep
def ring_again(session: Session, now: datetime) -> None:
    """Ring for rows that nobody works on; one whose workers died time after time is given up."""
    DRAFTS.give_up(session, Reason.INTERRUPTED, now)
    DRAFTS.ring_again(session, now)
