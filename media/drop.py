"""A folder of this server whose files become recordings by themselves: DROP_DIR.

A file that nobody has written to for a minute moves to `working/<id of its upload>/`; when it is ready it moves on to
`done/`, and what is refused to `refused/`, with a text beside it that says why. The name of a folder is what a killed
worker's successor goes on with.
"""

import os
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
from media import dropped, holds, imports, uploads
from media.models import Version
from media.reasons import sentence
from media.rules import State

STRETCH_SECONDS = 2  # Of copying in one sweep: the other sweeps must not wait for a film.
_CANCELLED = lazy("It was cancelled, and nothing of this file was kept.")
_NO_FILE = lazy("This is not a file.")

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
                place = folder / "working" / new_public_id()
                place.mkdir()
                os.rename(entry, place / entry.name)
            for place in sorted((folder / "working").iterdir()):
                if place.is_dir():
                    _go_on(config, folder, place, now)


def _go_on(config: Config, folder: Path, place: Path, now: datetime) -> None:
    file = next(iter(place.iterdir()), None)
    if file is None:
        return place.rmdir()
    try:
        version = _row(place.name)
        if version is None:
            if file.is_symlink() or not file.is_file():
                return dropped.put_away(folder / "refused", place, file, str(_NO_FILE))
            imports.begin(config, file, place.name, now)
            version = _row(place.name)
        if version.state is State.UPLOADING:
            end = time.monotonic() + STRETCH_SECONDS
            for _ in imports.bring(config, file, place.name, now):
                if time.monotonic() > end:
                    break
        elif version.state is State.READY:
            dropped.put_away(folder / "done", place, file)
        elif version.state is State.FAILED:
            dropped.put_away(folder / "refused", place, file, sentence(version.reason or ""))
        elif version.state is State.CANCELLED:
            dropped.put_away(folder / "refused", place, file, str(_CANCELLED))
    except uploads.DiskFull:
        log.warning("no room for a dropped file", upload=place.name)
    except holds.Busy:
        log.info("a dropped file is held", upload=place.name)
    except DomainError as refusal:
        dropped.put_away(folder / "refused", place, file, str(refusal.sentence))
    except OSError:
        log.warning("a dropped file waits", upload=place.name, exc_info=True)


def _row(public_id: str) -> Any:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        asked = select(Version.state, Version.reason).where(Version.public_id == public_id)
        return session.execute(asked).one_or_none()
