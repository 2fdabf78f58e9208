"""The demonstration's recordings: announced at once, made by the worker, then prepared like any other upload.

A version that is still "uploading" is one to make: a killed worker leaves it so, and the sweep rings again.
"""

from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.db import db
from app.demo import slides
from app.demo.content import LANGUAGE, MODULES, RECORDING_TITLE, ModuleText
from app.people.models import Person
from media import actions, uploads
from media.models import Caption, Version
from media.processes import program
from media.rules import Origin, State

BELL = "demo.record"
PREFIX = "demonstration-"
LEASE = timedelta(minutes=3)
RING_AGAIN = timedelta(minutes=1)


def announce(session: Session, config: Config, now: datetime, admin: Person, text: ModuleText) -> Version:
    """Write the record of a recording before there is a file; its making begins after the commit."""
    title = f"{text.title[LANGUAGE]} ({RECORDING_TITLE[LANGUAGE].lower()})"
    file_name = f"{PREFIX}{text.key}.mp4"
    version = actions.create(session, admin, config, title=title, file_name=file_name, origin=Origin.SERVER, now=now)
    version.next_try_at = now + RING_AGAIN
    # A film that can be watched comes before the next to be drawn.
    jobs.ring(session, BELL, version.id, turn=version.state_at, last=True)
    return version


@jobs.handler(BELL)
def make(version_id: int) -> None:
    """Make the file of one announced version; nothing happens when it is made or being made."""
    now, config = datetime.now(UTC), current_app.config["HOUSE"]
    with db.sessionmaker.begin() as session:
        if not _claimed(session, version_id, now):
            return
        version = session.get_one(Version, version_id)
        place, text = _said(version)
    target = uploads.part(config, version.public_id)
    slides.record(text, place, target, program("ffmpeg", config.ffmpeg))
    with db.sessionmaker.begin() as session:
        version = session.get_one(Version, version_id)
        size = target.stat().st_size
        session.add(_caption(version, text, now))
        actions.check_size(session, config, version, size)
        version.lease_until = version.next_try_at = None
        actions.arrived(session, version, size, datetime.now(UTC), size)


@jobs.sweep
def due(session: Session, now: datetime) -> None:
    """Ring again for what was announced and nobody is making."""
    waiting = select(Version).where(
        Version.state == State.UPLOADING, Version.origin == Origin.SERVER,
        Version.next_try_at < now, or_(Version.lease_until.is_(None), Version.lease_until < now),
    )  # fmt: skip
    for version in session.scalars(waiting):
        version.next_try_at = now + RING_AGAIN
        jobs.ring(session, BELL, version.id, turn=version.state_at, last=True)


def _claimed(session: Session, version_id: int, now: datetime) -> bool:
    free = or_(Version.lease_until.is_(None), Version.lease_until < now)
    taken = session.execute(
        update(Version)
        .where(Version.id == version_id, Version.state == State.UPLOADING, free)
        .values(lease_until=now + LEASE)
    )
    return isinstance(taken, CursorResult) and taken.rowcount == 1


def _said(version: Version) -> tuple[int, ModuleText]:
    key = version.file_name.removeprefix(PREFIX).removesuffix(".mp4")
    return next((place, text) for place, text in enumerate(MODULES) if text.key == key)


def _caption(version: Version, text: ModuleText, now: datetime) -> Caption:
    return Caption(version_id=version.id, language=LANGUAGE, label="Français", body=slides.captions(text), at=now)
