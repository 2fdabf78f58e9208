"""Recordings on their way through the worker."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from media import actions, uploads
from media.models import Version
from tests.media_files import clip, folder_of
from tests.world import World

Send = Callable[..., Version]
SOUND = {"sound.m4a", "sound.m3u8", "sound.mp4"}
BEGUN = {"first.m3u8", "240p.m3u8", "240p.mp4", "download-240.mp4"} | SOUND  # Learners see them while it goes on.


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of test picture with a tone."""
    return clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def tools(request: pytest.FixtureRequest) -> str:
    """The folder of the ffmpeg that a test names; the one that the setting names for a test that names none."""
    return folder_of(request.param) if hasattr(request, "param") else ""


@pytest.fixture
def config(app: Flask, tools: str) -> Iterator[Config]:
    """The settings, with a DATA_DIR that holds no media."""
    before: Config = app.config["HOUSE"]
    for name in ("uploads", "work", "media"):
        shutil.rmtree(before.data_dir / name, ignore_errors=True)
    while jobs.queue().huey.dequeue() is not None:
        pass
    app.config["HOUSE"] = replace(before, ffmpeg=tools or before.ffmpeg)
    yield app.config["HOUSE"]
    app.config["HOUSE"] = before


@pytest.fixture
def send(session: Session, house: World, config: Config) -> Send:
    """`send(bytes or path)` gives a version that has arrived whole."""

    def sent(content: bytes | Path, file_name: str = "a.mp4") -> Version:
        raw = content if isinstance(content, bytes) else content.read_bytes()
        now = datetime.now(UTC)
        version = actions.create(session, house.admin, config, file_name=file_name, size=len(raw), now=now)
        uploads.part(config, version.public_id).write_bytes(raw)
        actions.arrived(session, version, len(raw), now)
        session.commit()
        return version

    return sent


@pytest.fixture
def enrol(session: Session, house: World) -> Callable[..., list[Person]]:
    """`enrol(3)` puts so many more learners into a cohort."""

    now = datetime.now(UTC)

    def enter(many: int, cohort: Cohort | None = None) -> list[Person]:
        people = [Person(name="Participant·e", language="fr", created_at=now) for _ in range(many)]
        session.add_all(people)
        session.flush()
        for person in people:
            place = {"cohort_id": (cohort or house.cohort).id, "role": Role.LEARNER, "since": now}
            session.add(Membership(person_id=person.id, **place))
        session.flush()
        return people

    return enter


def files_of(config: Config) -> list[str]:
    """All that lies in the folders of this room."""
    folders = [config.data_dir / name for name in ("uploads", "work", "media")]
    return sorted(str(f.relative_to(config.data_dir)) for folder in folders for f in folder.rglob("*") if f.is_file())
