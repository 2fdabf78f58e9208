"""A folder of this server whose files become recordings by themselves: DROP_DIR.

A file that nobody has written to for a minute, nor has open for writing, moves to `working/<id of its upload>/`; when
it is ready it moves on to `done/`, and what is refused to `refused/`, with a text beside it that says why. The name of
a folder is what a killed worker's successor goes on with. One that was written to all the same goes back, and is taken
anew. What we keep is always a copy. Of a folder its recordings are taken, and what is left of it is refused as a whole.
"""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.db import db, new_public_id
from app.errors import DomainError
from app.i18n import lazy
from media import cards, dropped, holds, imports, uploads, writers
from media.models import Version
from media.reasons import sentence
from media.rules import UNFINISHED, State

STRETCH_SECONDS = 2  # Of copying in one sweep: the other sweeps must not wait for a film.
_CANCELLED = lazy("It was cancelled, and nothing of this file was kept.")
_NO_FILE = lazy("This is not a file.")
_REST = lazy(
    "Of a folder only its recordings are taken. What is left of this one is neither a video nor a sound recording."
)
_TOO_MUCH = lazy("This folder holds too many files, or folders in folders. Drop its recordings by themselves.")

log = structlog.get_logger()


@jobs.sweep
def take_in(session: Session, now: datetime) -> None:
    """Take what has stopped growing, go on with what was taken, put away what is finished."""
    config: Config = current_app.config["HOUSE"]
    folder = Path(config.drop_dir)
    if not config.drop_dir or not folder.is_dir():
        return
    with dropped.alone(folder) as alone:
        if alone:
            for entry in dropped.settled(folder, now):
                try:
                    _take(folder, entry)
                except OSError:  # It is not ours to move; the others are taken all the same.
                    log.warning("a dropped file cannot be moved", exc_info=True)
            for place in sorted((folder / "working").iterdir()):
                if place.is_dir():
                    _go_on(config, folder, place, now)


def _take(folder: Path, entry: Path) -> None:
    if entry.is_symlink() or not entry.is_dir():
        return dropped.moved(entry, folder / "working" / new_public_id())
    inside = cards.within(entry)
    if inside == []:
        return  # Somebody may be about to fill it.
    for file in cards.recordings(entry):
        dropped.moved(file, folder / "working" / new_public_id(), entry.name)
    if not cards.swept(entry):
        why = _REST if inside else _TOO_MUCH
        dropped.put_away(folder / "refused", folder / "working" / new_public_id(), entry, str(why))


def _go_on(config: Config, folder: Path, place: Path, now: datetime) -> None:
    file = next(iter(place.iterdir()), None)
    if file is None:
        return place.rmdir()
    try:
        version = _row(place.name)
        if file.is_symlink() or not file.is_file():
            return dropped.put_away(folder / "refused", place, file, str(_NO_FILE))
        seen = dropped.seen(place, file)
        if writers.busy(file):
            return
        if writers.look(file) != seen:
            return _again(config, folder, place, file, now)
        if version is None:
            imports.begin(config, file, place.name, now)
            version = _row(place.name)
        _move_on(config, folder, place, file, version, seen, now)
    except uploads.DiskFull as full:
        place.with_suffix(".txt").write_text(f"{full.sentence}\n", "utf-8")
        log.warning("no room for a dropped file", upload=place.name)
    except (holds.Busy, imports.StillWritten):
        log.info("a dropped file is held", upload=place.name)
    except imports.Changed:
        dropped.put_away(folder, place, file)
    except DomainError as refusal:
        dropped.put_away(folder / "refused", place, file, str(refusal.sentence))
    except OSError:
        log.warning("a dropped file waits", upload=place.name, exc_info=True)


def _move_on(config: Config, folder: Path, place: Path, file: Path, version: Any, seen: str, now: datetime) -> None:
    place.with_suffix(".txt").unlink(missing_ok=True)
    if version.state is State.UPLOADING:
        end = time.monotonic() + STRETCH_SECONDS
        for _ in imports.bring(config, file, place.name, now, seen):
            if time.monotonic() > end:
                break
    elif version.state is State.READY:
        dropped.put_away(folder / "done", place, file)
    elif version.state is State.FAILED:
        dropped.put_away(folder / "refused", place, file, sentence(version.reason or ""))
    elif version.state is State.CANCELLED:
        dropped.put_away(folder / "refused", place, file, str(_CANCELLED))


def _again(config: Config, folder: Path, place: Path, file: Path, now: datetime) -> None:
    """What was taken was not the whole: back to where it came from, until it is quiet."""
    version = _row(place.name)
    if version is not None and version.state in UNFINISHED:
        imports.cancel(config, place.name, now)
    log.warning("a dropped file was written to", upload=place.name)
    dropped.put_away(folder, place, file)


def _row(public_id: str) -> Any:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        asked = select(Version.state, Version.reason).where(Version.public_id == public_id)
        return session.execute(asked).one_or_none()
