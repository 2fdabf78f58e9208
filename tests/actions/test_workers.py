"""Several workers at once: who holds what, what a killed one leaves to the others, and clocks that differ."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app import jobs
from app.config import ROOT, Config
from app.db import db
from app.operations import actions
from app.operations.models import Worker
from app.operations.rules import FORGOTTEN, LEASE, SILENT, alive
from media import leases
from media.leases import DRAFTS
from media.models import Caption, Rendition, SpeechDraft
from media.rules import State
from media.storage import storage_for
from tests.actions.conftest import Send
from tests.media_files import clip
from tests.world import World, ready_recording

NOW = datetime(2030, 1, 1, tzinfo=UTC)
SIGN = actions.Sign(release="0001", at_once=2, cores=4, load=0.5, free=10**12)
AHEAD = "import time_machine, datetime, app.worker\nnow = datetime.datetime.now(datetime.UTC)\n"
AHEAD += "with time_machine.travel(now + datetime.timedelta(minutes=10)): app.worker.main()"


@pytest.fixture
def start(config: Config) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Workers in processes of their own, that end with the test."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*how: str, **settings: str) -> subprocess.Popen[bytes]:
        environ = os.environ | settings | {
            "SECRET_KEY": config.secret_key, "DATA_DIR": str(config.data_dir), "LOG_LEVEL": "error",
            "DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        }  # fmt: skip
        begun.append(subprocess.Popen([sys.executable, *(how or ("-m", "app.worker"))], cwd=ROOT, env=environ))
        return begun[-1]

    yield begin
    for process in begun:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=90) == 0


@pytest.mark.media
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_what_a_killed_worker_held_is_taken_over_by_another_whose_clock_differs(
    app: Flask, session: Session, send: Send, start: Any, tmp_path: Path, record_property: Any
) -> None:
    shared_clock = db.engine.dialect.name == "postgresql"
    workers = {process.pid: process for process in (start(), start("-c", AHEAD) if shared_clock else start())}
    _until(session, lambda: session.scalar(sa.select(sa.func.count(Worker.id))) == 2)
    version = send(clip(tmp_path / "long.mp4", seconds=60, size="1280x720"))
    _until(session, lambda: _of(session, version).state is State.TRANSCODING)
    holder = _pid(_of(session, version))
    time.sleep(7)  # Long enough for a sweep of the other's.
    assert (_pid(_of(session, version)), _of(session, version).attempt) == (holder, 1)
    os.kill(holder, signal.SIGKILL)
    killed = time.monotonic()
    _until(session, lambda: _of(session, version).attempt == 2)
    record_property("seconds_to_take_over", round(time.monotonic() - killed, 1))
    assert time.monotonic() - killed < LEASE.total_seconds() + 60
    assert {_pid(_of(session, version)), holder} == set(workers)
    names = {row.name: row.seen_at for row in session.execute(sa.select(Worker.name, Worker.seen_at))}
    session.rollback()
    assert len(names) == 2, "the killed one stands there with its last sign"
    other = next(process for pid, process in workers.items() if pid != holder)
    other.send_signal(signal.SIGTERM)
    assert other.wait(timeout=90) == 0
    left = session.scalars(sa.select(Worker.name)).all()
    assert [int(name.rpartition(":")[2]) for name in left] == [holder], "who ends in good order takes its row away"
    session.rollback()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_a_draft_whose_worker_was_killed_is_written_by_another_and_nothing_of_the_first_is_left(
    session: Session, config: Config, house: World, start: Any, tmp_path: Path
) -> None:
    """The first run of the engine never ends, the second writes at once."""
    engine, sound = tmp_path / "engine", tmp_path / "sound.m4a"
    first = f"if mkdir '{tmp_path}/first'; then exec sleep 600; fi"
    engine.write_text(f"#!/bin/sh\n{first}\necho WEBVTT\necho\necho '00:01.000 --> 00:02.000'\necho said\n")
    engine.chmod(0o755)
    sound.write_bytes(b"no real sound")
    workers = {process.pid: process for process in (start(SPEECH=str(engine)), start(SPEECH=str(engine)))}
    version = ready_recording(session, house.steps["recording"], 90.0, key="made/a")
    made = {"name": "sound", "kind": "sound", "bytes": 13, "bandwidth": 1, "average_bandwidth": 1, "codecs": "x"}
    session.add(Rendition(version_id=version.id, key="made/a/sound.m4a", **made))
    storage_for(config).put("made/a/sound.m4a", sound, "audio/mp4")
    now = jobs.time_of(session)
    told = {"language": "fr", "created_by_id": house.admin.id, "created_at": now, "state_at": now}
    row = SpeechDraft(version_id=version.id, **told)
    session.add(row)
    session.flush()
    DRAFTS.ring(session, row)
    session.commit()
    _until(session, lambda: (tmp_path / "first").exists() and _of(session, row).token is not None)
    dead, folder = _pid(_of(session, row)), config.data_dir / "work" / (row.token or "")
    assert folder.is_dir()
    session.rollback()
    os.kill(dead, signal.SIGKILL)
    _until(session, lambda: _of(session, row).stage == "done")
    assert (row.attempt, {dead, _pid(row)}) == (2, set(workers)) and not folder.exists()
    assert session.scalars(sa.select(Caption.label)).all() == ["Français (auto)"]
    session.rollback()


def test_a_machine_whose_clock_is_ahead_leaves_a_living_lease_alone(session: Session, send: Send) -> None:
    version = send(b"x" * 100)
    assert leases.VERSIONS.claim(session, version.id, "mine", jobs.time_of(session), "elsewhere:1")
    session.commit()
    shared = session.get_bind().dialect.name == "postgresql"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        ahead = jobs.time_of(session)
        assert leases.VERSIONS.claim(session, version.id, "other", ahead, "here:1") is not shared, (
            "SQLite lies on one machine"
        )
        session.rollback()
        if shared:
            jobs.HANDLERS["media.transcode"](version.id)
            session.refresh(version)
            assert (version.token, version.worker, version.attempt) == ("mine", "elsewhere:1", 1)
    assert not leases.VERSIONS.claim(session, version.id, "other", jobs.time_of(session), "here:1")


def test_a_worker_is_known_by_its_last_sign(session: Session) -> None:
    actions.sign(session, "one:1", NOW, SIGN, NOW)
    actions.sign(session, "one:1", NOW, SIGN, NOW + timedelta(minutes=5))
    actions.sign(session, "two:1", NOW, SIGN, NOW)
    seen = {row.name: row.seen_at for row in session.execute(sa.select(Worker.name, Worker.seen_at))}
    assert seen == {"one:1": NOW + timedelta(minutes=5), "two:1": NOW}
    assert alive(seen["one:1"], seen["one:1"] + SILENT)
    assert not alive(seen["one:1"], seen["one:1"] + SILENT + timedelta(seconds=1))
    actions.forget(session, NOW + FORGOTTEN + timedelta(minutes=1))
    assert session.scalars(sa.select(Worker.name)).all() == ["one:1"]
    actions.leave(session, "one:1")
    assert session.scalars(sa.select(Worker.name)).all() == []


def _of(session: Session, version: Any) -> Any:
    session.rollback()
    session.connection(execution_options={"write": False})
    session.refresh(version)
    return version


def _pid(version: Any) -> int:
    return int((version.worker or "").rpartition(":")[2])


def _until(session: Session, reached: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        session.rollback()
        session.connection(execution_options={"write": False})
        if reached():
            session.rollback()
            return
        session.rollback()
        time.sleep(0.3)
    pytest.fail(f"not reached after {seconds} s")
