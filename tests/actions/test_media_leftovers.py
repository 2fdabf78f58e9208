"""However the work on a file ends, nothing of it stays that nobody needs; and what is needed stays."""

import ast
import errno
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.config import ROOT, Config
from app.db import db
from app.operations.leases import Stopped
from media import actions, leases, leftovers, uploads
from media import jobs as work
from media.models import Rendition, Version
from media.processes import Refused, program
from media.rules import MAX_ATTEMPTS, Reason, State
from media.storage import LocalStorage
from tests.actions.conftest import BEGUN, Send, files_of
from tests.machine import SMALL_DISK

MEGA = 1024 * 1024
OTHER_DISK = Path("/dev/shm")
ONE_TRY = (
    "import sys; from app.config import Config; from app.factory import create_app; from media.jobs import work_on\n"
)
ONE_TRY += "import os\nwith create_app(Config.from_env(os.environ)).app_context(): work_on(int(sys.argv[1]))"
KILLED_AT_THE_ORIGINAL = """import os, signal
from media.storage import LocalStorage
put = LocalStorage.put
def dying(self, key, file, content_type):
    os.kill(os.getpid(), signal.SIGKILL) if key.endswith("/original") else put(self, key, file, content_type)
LocalStorage.put = dying
"""
BROKEN_STORES: dict[str, tuple[Exception, State, Reason | None]] = {
    "a full disk": (OSError(errno.ENOSPC, "No space left on device"), State.RECEIVED, Reason.DISK_FULL),
    "a full quota": (OSError(errno.EDQUOT, "Quota exceeded"), State.RECEIVED, Reason.DISK_FULL),
    "a store that is down": (OSError("no answer"), State.RECEIVED, Reason.STORAGE),
    "a fault in our code": (ZeroDivisionError(), State.RECEIVED, Reason.INTERRUPTED),
    "a refusal": (Refused(Reason.BROKEN), State.FAILED, Reason.BROKEN),
}


def _break_at(monkeypatch: pytest.MonkeyPatch, name: str, broken: Callable[[], object]) -> None:
    """What goes wrong when the file of this name is kept, after others were."""
    put = LocalStorage.put

    def kept(self: LocalStorage, key: str, file: Path, content_type: str) -> None:
        if key.endswith(name):
            assert files_below(self.folder), "something is kept already"
            broken()
        put(self, key, file, content_type)

    monkeypatch.setattr(LocalStorage, "put", kept)


def _raise(error: BaseException) -> Callable[[], object]:
    def broken() -> object:
        raise error

    return broken


def _names(config: Config) -> set[str]:
    return {Path(name).name for name in files_of(config)}


def files_below(folder: Path) -> list[Path]:
    """Everything in a folder."""
    return [found for found in folder.rglob("*") if found.is_file()]


@pytest.mark.media
@pytest.mark.parametrize("name", ["240p.mp4", "original"])
@pytest.mark.parametrize("kind", BROKEN_STORES)
def test_a_half_written_key_is_deleted_and_the_row_says_why(
    session: Session, send: Send, config: Config, recording: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    error, state, reason = BROKEN_STORES[kind]
    version = send(recording)
    _break_at(monkeypatch, name, _raise(error))
    jobs.drain()
    session.refresh(version, ["state", "reason", "token", "key", "shown_at", "renditions"])
    assert (version.state, version.reason, version.token) == (state, reason, None)
    again = set() if state is State.FAILED else {f"{version.public_id}.part"}
    seen = name == "original" and state is not State.FAILED
    assert _names(config) == again | (BEGUN if seen else set()), "the upload stays for the next try, and only for it"
    assert bool(version.key) == bool(version.shown_at) == seen
    assert bool(version.renditions) == seen


@pytest.mark.media
def test_the_next_try_needs_no_new_upload(
    session: Session, send: Send, config: Config, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = send(recording)
    with monkeypatch.context() as broken:
        _break_at(broken, "original", _raise(OSError(errno.ENOSPC, "full")))
        jobs.drain()
    session.refresh(version)
    version.next_try_at = None
    session.commit()
    work.work_on(version.id)
    session.refresh(version)
    assert (version.state, version.attempt) == (State.READY, 2)
    assert _names(config) > BEGUN | {"original"}, "who watches the files of the first try may go on"
    version.state_at -= timedelta(hours=2)
    session.commit()
    leftovers.clear_strays(session, datetime.now(UTC))
    assert {Path(name).parent.name for name in files_of(config)} == {str(version.key).partition("/")[2]}


@pytest.mark.media
def test_who_was_cancelled_while_keeping_deletes_what_it_kept(
    session: Session, send: Send, config: Config, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = send(recording)

    def cancelled() -> None:
        with db.sessionmaker.begin() as other:
            actions.cancel(other, config, other.get_one(Version, version.id), None, datetime.now(UTC))
        raise Stopped

    _break_at(monkeypatch, "original", cancelled)
    jobs.drain()
    session.refresh(version)
    assert (version.state, version.key) == (State.CANCELLED, None)
    assert files_of(config) == []


@pytest.mark.media
def test_a_worker_that_is_stopped_while_keeping_leaves_the_upload_alone(
    session: Session, send: Send, config: Config, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = send(recording)
    _break_at(monkeypatch, "original", _raise(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        work.work_on(version.id)
    session.refresh(version)
    assert (version.state, version.attempt) == (State.RECEIVED, 0) and version.key and version.shown_at
    assert _names(config) == BEGUN | {f"{version.public_id}.part"}


@pytest.mark.media
def test_an_error_after_the_row_says_ready_deletes_nothing(
    session: Session, send: Send, config: Config, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = send(recording)
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "discard", lambda *_: _raise(PermissionError("no"))())
        jobs.drain()
    session.refresh(version)
    assert version.state is State.READY
    kept = files_of(config)
    assert len(kept) == 15 and f"uploads/{version.public_id}.part" in kept
    leftovers.clear_strays(session, datetime.now(UTC))
    assert f"uploads/{version.public_id}.part" not in files_of(config) and len(files_of(config)) == 14


@pytest.fixture
def other_disk(config: Config) -> Iterator[Path]:
    """The media store on a disk of its own, so that files are copied and not only renamed."""
    folder = OTHER_DISK / f"learning-{os.getpid()}"
    folder.mkdir()
    (config.data_dir / "media").symlink_to(folder)
    try:
        yield folder
    finally:
        (config.data_dir / "media").unlink()
        shutil.rmtree(folder)


def _padded(recording: Path, size: int) -> bytes:
    """The same recording with a box that players skip."""
    return recording.read_bytes() + struct.pack(">I4s", size, b"free") + bytes(size - 8)


@pytest.mark.media
@pytest.mark.skipif(sys.platform != "linux", reason="/dev/shm is Linux's")
def test_a_process_that_may_not_write_more_leaves_nothing_on_the_disk(
    app: Flask, session: Session, send: Send, config: Config, recording: Path, other_disk: Path
) -> None:
    version = send(_padded(recording, 20 * MEGA))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    session.rollback()
    done = subprocess.run(
        [sys.executable, "-c", ONE_TRY, str(version.id)],
        cwd=ROOT, env=_environ(config), timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16 * MEGA, hard)),
    )  # fmt: skip
    session.refresh(version)
    assert (done.returncode, version.state, version.reason) == (0, State.RECEIVED, Reason.STORAGE)
    assert {found.name for found in files_below(other_disk)} == BEGUN
    assert [name for name in files_of(config) if "media/" not in name] == [f"uploads/{version.public_id}.part"]


@pytest.mark.media
@pytest.mark.mounts
def test_a_full_disk_is_named_and_left_as_it_was(
    app: Flask, session: Session, send: Send, config: Config, recording: Path
) -> None:
    """A disk of one megabyte in a mount namespace of its own."""
    small, mount = SMALL_DISK
    folder = config.data_dir / "media"
    folder.mkdir()
    version = send(_padded(recording, 5 * MEGA))
    session.rollback()
    look = f"{ONE_TRY}\nfrom pathlib import Path\nprint(sorted(map(str, Path(sys.argv[2]).rglob('*'))))"

    def tried(before: str = "") -> list[str]:
        done = subprocess.run(
            [*small, mount, str(folder), sys.executable, "-c", before + look, str(version.id), str(folder)],
            cwd=ROOT, env=_environ(config), timeout=120, check=True, capture_output=True, text=True,
        )  # fmt: skip
        session.rollback()
        session.connection(execution_options={"write": False})
        session.refresh(version)
        session.rollback()
        found: list[str] = ast.literal_eval(done.stdout.splitlines()[-1])
        return found

    assert tried() == [] and (version.state, version.reason, version.attempt) == (State.RECEIVED, Reason.NO_ROOM, 0)
    assert files_of(config) == [f"uploads/{version.public_id}.part"]
    version.next_try_at = None
    session.commit()
    # The disk fills only when it has begun.
    left = tried("from media import room\nroom.free = lambda folder: 10**18\n")
    assert (version.state, version.reason) == (State.RECEIVED, Reason.DISK_FULL)
    assert {Path(name).name for name in left if "." in name} == BEGUN


@pytest.mark.media
@pytest.mark.parametrize("cancelled", [False, True])
def test_what_a_process_had_kept_when_it_was_killed_goes_with_the_next_worker_or_the_cancellation(
    app: Flask, session: Session, send: Send, config: Config, recording: Path, cancelled: bool
) -> None:
    version = send(recording)
    session.rollback()
    died = subprocess.run(
        [sys.executable, "-c", KILLED_AT_THE_ORIGINAL + ONE_TRY, str(version.id)],
        cwd=ROOT, env=_environ(config), timeout=120, check=False,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    session.refresh(version)
    first = version.key
    assert first and version.shown_at and any(name.startswith(f"media/{first}/") for name in files_of(config))
    if cancelled:
        actions.cancel(session, config, version, None, datetime.now(UTC))
    else:
        version.lease_until = datetime.now(UTC) - timedelta(seconds=1)
    session.commit()
    jobs.run_sweeps()
    jobs.drain()
    session.refresh(version)
    folders = {str(Path(name).parent) for name in files_of(config) if not name.startswith("work/")}
    if cancelled:
        assert (version.state, version.key, version.shown_at, folders) == (State.CANCELLED, None, None, set())
    else:
        assert (version.state, version.attempt) == (State.READY, 2)
        assert folders == {f"media/{version.key}", f"media/{first}"}, "who watches the first one may go on"
        assert version.key != first


def _environ(config: Config) -> dict[str, str]:
    return os.environ | {
        "SECRET_KEY": config.secret_key, "DATA_DIR": str(config.data_dir), "LOG_LEVEL": "critical",
        "DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        "FFMPEG": str(Path(program("ffmpeg", config.ffmpeg)).parent),
    }  # fmt: skip


@pytest.fixture
def dead(session: Session, send: Send, config: Config) -> Version:
    """A version whose worker was killed while it kept the files."""
    version = send(b"x" * 100)
    assert leases.VERSIONS.claim(session, version.id, "dead", datetime.now(UTC))
    leases.VERSIONS.renew(
        session, version.id, "dead", datetime.now(UTC), state=State.TRANSCODING, key=_key(version, "dead")
    )
    session.commit()
    session.refresh(version)
    _lie(config, _key(version, "dead"))
    session.rollback()  # Nothing is open any more: the sweeps write.
    return version


def _key(version: Version, token: str) -> str:
    return f"{version.public_id}/{token}"


def _lie(config: Config, key: str, name: str = "240p.mp4") -> Path:
    folder = config.data_dir / "media" / key
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"half")
    return folder


def test_what_a_killed_worker_kept_goes_when_a_person_cancels(session: Session, config: Config, dead: Version) -> None:
    jobs.run_sweeps()
    assert len(files_of(config)) == 2, "while it may still be worked on, all stays"
    actions.cancel(session, config, dead, None, datetime.now(UTC))
    session.commit()
    jobs.run_sweeps()
    session.refresh(dead)
    assert dead.key is None and files_of(config) == []


def test_who_takes_over_clears_what_the_dead_one_kept_but_not_what_learners_see(
    session: Session, config: Config, dead: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt was seen in its smallest size; the second died under a key that no row names."""
    dead.shown_at, dead.key = datetime.now(UTC), _key(dead, "first")
    dead.lease_until = datetime.now(UTC) - timedelta(seconds=1)
    made = {"name": "240p", "kind": "video", "bytes": 4, "bandwidth": 1, "average_bandwidth": 1, "codecs": "x"}
    session.add(Rendition(version_id=dead.id, key=f"{dead.key}/240p.mp4", **made))
    session.commit()
    seen = _lie(config, _key(dead, "first"))
    monkeypatch.setattr(work, "_make", lambda hold: _raise(Stopped())())
    session.rollback()
    work.work_on(dead.id)
    assert seen.is_dir() and not (config.data_dir / "media" / _key(dead, "dead")).exists()


def test_what_a_killed_worker_kept_goes_when_it_was_the_last(session: Session, config: Config, dead: Version) -> None:
    dead.attempt, dead.lease_until = MAX_ATTEMPTS, datetime.now(UTC) - timedelta(minutes=1)
    dead.shown_at = datetime.now(UTC)  # Its smallest size was seen; what was seen of it stays on record.
    made = {"name": "240p", "kind": "video", "bytes": 4, "bandwidth": 1, "average_bandwidth": 1, "codecs": "x"}
    session.add(Rendition(version_id=dead.id, key=f"{dead.key}/240p.mp4", **made))
    session.commit()
    for _ in range(2):
        jobs.run_sweeps()
    session.refresh(dead)
    assert (dead.state, dead.reason, dead.key, dead.shown_at) == (State.FAILED, Reason.INTERRUPTED, None, None)
    assert session.scalars(select(Rendition)).all() == []
    assert files_of(config) == [f"uploads/{dead.public_id}.part"], "it can still be tried again"


def test_a_store_that_is_down_is_cleared_later(
    session: Session, config: Config, dead: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.cancel(session, config, dead, None, datetime.now(UTC))
    session.commit()
    with monkeypatch.context() as broken:
        broken.setattr(LocalStorage, "delete", lambda *_: _raise(OSError("no answer"))())
        jobs.run_sweeps()
    session.refresh(dead)
    assert dead.key and files_of(config)
    session.rollback()
    jobs.run_sweeps()
    assert files_of(config) == []


@pytest.mark.parametrize("state", [State.READY, State.FAILED, State.CANCELLED])
def test_keys_and_uploads_that_no_row_asks_for_go_and_others_stay(
    session: Session, config: Config, dead: Version, send: Send, state: State
) -> None:
    now = datetime.now(UTC)
    dead.state, dead.state_at, dead.reason = state, now - timedelta(hours=2), Reason.BROKEN
    dead.key, dead.token = _key(dead, "mine"), None
    waiting = send(b"y" * 100)
    session.commit()
    _lie(config, _key(dead, "dead"), "240p.mp4.part")  # Killed between the copy and its name.
    mine, working, unknown = _lie(config, _key(dead, "mine")), _lie(config, _key(waiting, "t")), _lie(config, "zzz/t")
    parts = config.data_dir / "uploads"
    (parts / "unknown.part").write_bytes(b"of another database")
    (parts / "begun.part").touch()
    os.utime(parts / "begun.part", (0, 0))
    leftovers.clear_strays(session, now)
    assert mine.is_dir() and working.is_dir() and unknown.is_dir()
    assert not (config.data_dir / "media" / _key(dead, "dead")).exists()
    assert sorted(f.name for f in parts.iterdir()) == sorted([f"{waiting.public_id}.part", "unknown.part"])


def test_folders_of_the_dead_go_and_those_of_the_living_stay(session: Session, config: Config, dead: Version) -> None:
    folders = {name: config.data_dir / "work" / name for name in ("dead", "gone", "fresh")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    for name in ("dead", "gone"):
        os.utime(folders[name], (0, 0))
    leftovers.clear_strays(session, datetime.now(UTC))
    assert {name for name, folder in folders.items() if folder.exists()} == {"dead", "fresh"}


def test_a_costly_sweep_waits_its_time(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[datetime] = []
    monkeypatch.setattr(jobs, "SWEEPS", {})
    jobs.sweep_every(3600)(lambda _, now: runs.append(now))
    jobs.run_sweeps()
    jobs.run_sweeps()
    assert len(runs) == 1
