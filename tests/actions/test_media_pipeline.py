"""A file becomes a recording or says why not; whoever holds the lease writes, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import jobs
from app.config import ROOT, Config
from app.db import db
from app.operations.leases import Stopped
from media import actions, leases, leftovers, uploads
from media.models import Version
from media.processes import Limits, Refused, run
from media.rules import MAX_ATTEMPTS, Reason, State
from tests.actions.conftest import BEGUN, Send, files_of
from tests.media_files import FFMPEGS, PRETENDERS, clip
from tests.world import World

NOW = datetime(2030, 1, 1, tzinfo=UTC)

SOME = b"not looked at by who only takes, leaves and cancels"
on_both_ffmpegs = pytest.mark.parametrize("tools", FFMPEGS, indirect=True)


def test_a_bell_is_rung_after_the_commit_only(session: Session, send: Send) -> None:
    version = send(SOME)
    assert jobs.queue().huey.pending_count() == 1
    jobs.ring(session, "media.transcode", version.id)
    session.rollback()
    assert jobs.queue().huey.pending_count() == 1


@pytest.mark.media
@on_both_ffmpegs
def test_a_file_becomes_a_recording(session: Session, send: Send, config: Config, recording: Path) -> None:
    version = send(recording)
    assert jobs.drain() == 1
    session.refresh(version, ["renditions", "state", "duration", "width", "height", "key", "token"])
    assert (version.state, version.width, version.height, version.token) == (State.READY, 320, 240, None)
    assert version.duration == pytest.approx(2, abs=0.2)
    assert [made.name for made in version.renditions] == ["240p", "sound", "slides"]
    place = config.data_dir / "media"
    for made in version.renditions:
        weighed = sum(one[1] for one in made.weights)
        if made.kind == "slides":
            assert 0 < made.bytes - weighed < 1000, "its list, too"
        else:
            assert weighed == made.bytes
            assert (place / made.key).stat().st_size == made.bytes
            assert made.download_key and (place / made.download_key).stat().st_size == made.download_bytes
    names = {Path(name).name for name in files_of(config)}
    pictures = {"poster.jpg", "storyboard.jpg", "storyboard.vtt", "slides.vtt", "slide-1.webp"}
    assert names == BEGUN | pictures | {"master.m3u8", "original"}
    assert uploads.offset(config, version.public_id) is None
    assert (place / version.key / "original").read_bytes() == recording.read_bytes()


@pytest.mark.parametrize("kind", [*PRETENDERS, "empty"])
def test_what_only_pretends_to_be_a_recording_opens_no_other_file_and_leaves_nothing(
    session: Session, send: Send, config: Config, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "secret").write_text("secret")
    content = PRETENDERS[kind].replace(b"{secret}", bytes(tmp_path / "secret")) if kind != "empty" else b""
    version = send(content, file_name=f"{kind}.mp4")
    jobs.drain()
    session.refresh(version)
    assert version.state is State.FAILED
    assert version.reason == (Reason.EMPTY if kind == "empty" else Reason.NOT_A_RECORDING)
    assert files_of(config) == []


@pytest.mark.media
@on_both_ffmpegs
def test_a_truncated_file_fails_in_words_and_leaves_nothing(
    session: Session, send: Send, config: Config, recording: Path
) -> None:
    version = send(recording.read_bytes()[:3000])
    jobs.drain()
    session.refresh(version)
    assert (version.state, version.reason) == (State.FAILED, Reason.BROKEN)
    assert files_of(config) == []


def test_one_claim_wins(session: Session, send: Send) -> None:
    version = send(SOME)
    now = datetime.now(UTC)
    assert leases.VERSIONS.claim(session, version.id, "first", now)
    assert not leases.VERSIONS.claim(session, version.id, "second", now)
    assert leases.VERSIONS.claim(session, version.id, "second", now + timedelta(minutes=5))
    with pytest.raises(Stopped):
        leases.VERSIONS.renew(session, version.id, "first", now, progress=0.5)
    with pytest.raises(Stopped):
        leases.VERSIONS.fail(session, version.id, "first", Reason.BROKEN, now)
    session.commit()


def test_handing_back_costs_no_attempt(session: Session, send: Send) -> None:
    version = send(SOME)
    now = datetime.now(UTC)
    leases.VERSIONS.claim(session, version.id, "mine", now)
    leases.VERSIONS.hand_back(session, version.id, "mine", now)
    session.refresh(version)
    assert (version.state, version.attempt, version.token) == (State.RECEIVED, 0, None)
    assert [row.id for row in leases.VERSIONS.due(session, now)] == [version.id]
    session.commit()


def test_a_fault_of_the_server_is_tried_again_later_and_not_for_ever(session: Session, send: Send) -> None:
    version = send(SOME)
    now = datetime.now(UTC)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert leases.VERSIONS.claim(session, version.id, f"t{attempt}", now)
        assert leases.VERSIONS.fail(session, version.id, f"t{attempt}", Reason.STORAGE, now) is (
            attempt == MAX_ATTEMPTS
        )
        session.refresh(version)
        assert leases.VERSIONS.due(session, now) == []
        now += timedelta(hours=24)
    assert (version.state, version.reason) == (State.FAILED, Reason.STORAGE)
    session.commit()


def test_the_sweep_rings_for_a_lost_bell_but_not_twice(session: Session, send: Send) -> None:
    send(SOME)
    assert jobs.queue().huey.dequeue() is not None
    jobs.run_sweeps()
    jobs.run_sweeps()
    assert jobs.queue().huey.pending_count() == 1


def test_the_sweep_ends_a_row_whose_workers_all_died(session: Session, send: Send) -> None:
    version = send(SOME)
    version.state, version.attempt, version.token = State.TRANSCODING, MAX_ATTEMPTS, "dead"
    version.lease_until = datetime.now(UTC) - timedelta(minutes=1)
    session.commit()
    jobs.run_sweeps()
    session.refresh(version)
    assert (version.state, version.reason) == (State.FAILED, Reason.INTERRUPTED)


def test_a_cancelled_row_is_left_alone(session: Session, send: Send, config: Config) -> None:
    version = send(SOME)
    actions.cancel(session, config, version, None, datetime.now(UTC))
    session.commit()
    jobs.drain()
    session.refresh(version)
    assert version.state is State.CANCELLED
    assert files_of(config) == []


def test_an_upload_nobody_goes_on_with_ends_and_a_live_one_does_not(
    session: Session, house: World, config: Config
) -> None:
    now = datetime.now(UTC)
    old, live = (actions.create(session, house.admin, config, size=100, now=now - timedelta(days=8)) for _ in range(2))
    session.commit()
    with uploads.locked(config, live.public_id, now):
        leftovers.finish_uploads(session, now)
    session.commit()
    assert (old.state, old.reason, live.state) == (State.CANCELLED, Reason.EXPIRED, State.UPLOADING)
    assert uploads.offset(config, old.public_id) is None and uploads.offset(config, live.public_id) == 0


def test_an_upload_whose_last_answer_was_lost_is_taken(session: Session, house: World, config: Config) -> None:
    version = actions.create(session, house.admin, config, size=3, now=datetime.now(UTC))
    session.commit()
    uploads.part(config, version.public_id).write_bytes(b"abc")
    jobs.run_sweeps()
    session.refresh(version)
    assert version.state is State.RECEIVED


@pytest.mark.parametrize(
    ("script", "limits", "reason"),
    [
        ("import time; time.sleep(60)", Limits(seconds=0.5), Reason.TIMED_OUT),
        ("import time\nwhile True: print('out_time=1', flush=True); time.sleep(.1)",
         Limits(seconds=60, stall_seconds=0.5), Reason.TIMED_OUT),
        ("while True: pass", Limits(seconds=1), Reason.TIMED_OUT),
        ("open('x', 'wb').write(bytes(10**7))", Limits(seconds=120, output_bytes=10**6), Reason.TOO_HEAVY),
        ("raise SystemExit(3)", Limits(seconds=120), Reason.BROKEN),
    ],
)  # fmt: skip
def test_no_program_runs_beyond_its_limits(tmp_path: Path, script: str, limits: Limits, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        run([sys.executable, "-c", script], tmp_path, limits)
    assert refused.value.reason == reason


def test_a_program_ends_with_all_it_started(tmp_path: Path) -> None:
    asleep = f"sleep {100_000 + os.getpid()}"
    child = f"import subprocess, time; subprocess.Popen('{asleep}'.split()); time.sleep(60)"
    with pytest.raises(Refused):
        run([sys.executable, "-c", child], tmp_path, Limits(seconds=1))
    end = time.monotonic() + 60  # The kernel ends a grandchild in its own time; asleep, it would last for days.
    while (left := [pid for pid in _pids() if _command(pid) == asleep]) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left


@pytest.mark.media
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_a_killed_worker_is_replaced_without_a_human(
    app: Flask, session: Session, send: Send, config: Config, tmp_path: Path
) -> None:
    version = send(clip(tmp_path / "long.mp4", seconds=12, size="1280x720"))
    first = _worker(config)
    try:
        children: list[int] = []
        _until(session, version, lambda: children.extend(_transcoders(version)) or bool(children))
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    end = time.monotonic() + 30
    while (left := [pid for pid in children if version.public_id in _command(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left, "ffmpeg outlived its worker"
    (folder,) = (config.data_dir / "work").iterdir()
    assert any(folder.iterdir()), "a killed worker cannot clear up"
    second = _worker(config)
    try:
        _until(session, version, lambda: version.state is State.READY, seconds=240)
        assert version.attempt == 2
    finally:
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=90) == 0
    assert not folder.exists() and list((config.data_dir / "work").iterdir()) == [], "whoever goes on clears up first"


@pytest.mark.media
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_a_worker_that_is_asked_to_stop_hands_its_work_back(
    app: Flask, session: Session, send: Send, config: Config, tmp_path: Path
) -> None:
    version = send(clip(tmp_path / "long.mp4", seconds=60, size="1280x720"))
    worker = _worker(config)
    try:
        _until(session, version, lambda: version.state is State.TRANSCODING)
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=90) == 0
    session.rollback()
    session.refresh(version)
    assert (version.state, version.attempt, version.token) == (State.RECEIVED, 0, None)
    assert not [pid for pid in _pids() if version.public_id in _command(pid)]
    assert list((config.data_dir / "work").glob("*")) == []
    session.rollback()


def _transcoders(version: Version) -> list[int]:
    return [pid for pid in _pids() if "ffmpeg" in _command(pid) and version.public_id in _command(pid)]


def _worker(config: Config) -> subprocess.Popen[bytes]:
    environ = os.environ | {
        "SECRET_KEY": config.secret_key,
        "DATA_DIR": str(config.data_dir),
        "DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        "LOG_LEVEL": "error",
    }
    return subprocess.Popen([sys.executable, "-m", "app.worker"], cwd=ROOT, env=environ)


def _until(session: Session, version: Version, reached: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        session.rollback()
        session.connection(execution_options={"write": False})
        session.refresh(version)
        if reached():
            session.rollback()
            session.connection(execution_options={"write": False})
            session.refresh(version)
            return
        assert version.state is not State.FAILED, version.reason
        session.rollback()
        time.sleep(0.3)
    pytest.fail(f"still {version.state} after {seconds} s")


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
