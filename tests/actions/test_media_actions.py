"""What is done with an upload and its recording, also where it comes too late or twice."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.errors import Conflict, Invalid
from app.operations.leases import Stopped
from media import actions, leases, tus, uploads
from media.models import Recording, Version
from media.rules import State
from tests.world import World

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def begin(session: Session, house: World, config: Config) -> Callable[..., Version]:
    """`begin(title=…)` announces an upload of ten bytes."""

    def made(title: str = "", recording: Recording | None = None, metadata: str = "", size: int | None = 10) -> Version:
        return actions.create(
            session, house.admin, config, title=title, size=size, metadata=metadata, recording=recording, now=NOW
        )

    return made


def pairs(**told: str) -> str:
    """These pairs as Upload-Metadata."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


def test_the_last_byte_rings_once_and_what_comes_after_a_cancellation_changes_nothing(
    session: Session, house: World, config: Config, begin: Callable[..., Version]
) -> None:
    version = begin()
    actions.arrived(session, version, 4, LATER)
    assert (version.state, version.received, version.progress) == (State.UPLOADING, 4, 0.4)
    actions.arrived(session, version, 10, LATER)
    session.commit()
    assert version.state is State.RECEIVED and not jobs.idle()
    assert jobs.queue().huey.dequeue() is not None and jobs.idle()
    for state in (State.RECEIVED, State.TRANSCODING, State.READY, State.CANCELLED):
        version.state, version.state_at, version.received = state, NOW, 3
        actions.arrived(session, version, 10, LATER)
        session.commit()
        assert (version.state, version.state_at, version.received, jobs.idle()) == (state, NOW, 3, True)


def test_a_size_that_is_told_with_the_bytes_counts_and_a_known_one_stays(
    session: Session, begin: Callable[..., Version]
) -> None:
    version = begin(size=None)
    actions.arrived(session, version, 4, LATER)
    assert (version.size, version.state) == (None, State.UPLOADING)
    actions.arrived(session, version, 4, LATER, size=8)
    actions.arrived(session, version, 8, LATER, size=9)
    assert (version.size, version.state) == (8, State.RECEIVED)


def test_cancelling_takes_the_file_from_the_worker_that_has_it(
    session: Session, house: World, config: Config, begin: Callable[..., Version]
) -> None:
    version = begin()
    uploads.part(config, version.public_id).write_bytes(b"0123456789")
    actions.arrived(session, version, 10, NOW)
    assert leases.VERSIONS.claim(session, version.id, "worker", NOW)
    session.refresh(version)
    assert version.token == "worker" and version.lease_until is not None
    version.eta_s = 9.0
    actions.cancel(session, config, version, house.admin, LATER)
    session.refresh(version)
    assert (version.state, version.state_at) == (State.CANCELLED, LATER)
    assert (version.token, version.lease_until, version.eta_s) == (None, None, None)
    assert uploads.offset(config, version.public_id) is None
    with pytest.raises(Stopped):
        leases.VERSIONS.renew(session, version.id, "worker", LATER)
    for state in (State.READY, State.FAILED, State.CANCELLED):
        version.state = state
        with pytest.raises(Conflict):
            actions.cancel(session, config, version, house.admin, LATER)


@pytest.mark.parametrize(
    ("newest", "before", "let"),
    [
        (State.FAILED, State.READY, True),
        (State.CANCELLED, State.READY, True),
        (State.TRANSCODING, State.READY, False),
        (State.READY, State.READY, False),
        (State.FAILED, State.CANCELLED, False),
        (State.FAILED, None, False),
    ],
)
def test_only_a_file_that_came_to_nothing_beside_a_ready_one_is_put_away(
    session: Session, house: World, config: Config, begin: Callable[..., Version], newest: State, before: State | None,
    let: bool,
) -> None:  # fmt: skip
    version = begin()
    if before is not None:
        version.state, version.shown_at = before, LATER if before is State.READY else None
        version = begin(recording=version.recording)
    version.state, version.shown_at = newest, LATER if newest is State.READY else None
    session.flush()
    recording = version.recording
    session.refresh(recording, ["versions"])
    if let:
        actions.put_away(session, config, recording, house.admin, LATER)
        assert version.put_away_at == LATER and recording.newest is not version
        assert uploads.offset(config, version.public_id) is None
    else:
        with pytest.raises(Conflict):
            actions.put_away(session, config, recording, house.admin, LATER)
        assert version.put_away_at is None and uploads.offset(config, version.public_id) == 0


@pytest.mark.parametrize(
    ("told", "title", "kept"),
    [
        ({"title": "As it was"}, "Étape 2", "Étape 2"),
        ({}, "Étape 2", "Étape 2"),
        ({"title": "As it was"}, "", "By hand"),  # nothing is told with these bytes
        ({"title": "Étape 2"}, "Étape 2", "By hand"),  # told before: somebody has written another one since
        ({"title": "As it was", "recording": "x"}, "Étape 2", "By hand"),  # one more file: its recording has a title
    ],
)
def test_a_title_that_comes_with_the_bytes_counts_once(
    session: Session, begin: Callable[..., Version], told: dict[str, str], title: str, kept: str
) -> None:
    version = begin("By hand", metadata=pairs(**told))
    for _ in range(2):
        actions.retitle(session, version, title)
        assert version.recording.title == kept
        assert tus.named(version.upload_metadata) == (told | {"title": title} if kept == title else told)


def test_a_title_that_cannot_be_kept_leaves_the_other(session: Session, begin: Callable[..., Version]) -> None:
    version: Any = begin("By hand", metadata=pairs(title="As it was"))
    for wrong in ("x" * (actions.LONGEST_TITLE + 1), "a\0b"):
        with pytest.raises(Invalid):
            actions.retitle(session, version, wrong)
        assert version.recording.title == "By hand"
        assert tus.named(version.upload_metadata) == {"title": "As it was"}
