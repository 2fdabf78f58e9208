"""Files that lie on the server already: the command that imports them, and the folder that takes them by itself."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.db import db
from media import drop, imports, uploads
from media.models import Recording, Version
from media.rules import Reason, State

Run = Callable[..., Result]
LATER = timedelta(minutes=2)


@pytest.fixture
def run(app: Flask, session: Session, config: Config) -> Run:
    """`run("a.mp4", …)` runs the command."""
    french = {"LC_ALL": "fr_FR.UTF-8"}
    return lambda *arguments: app.test_cli_runner().invoke(args=["media", "import", *map(str, arguments)], env=french)


@pytest.fixture
def folder(app: Flask, session: Session, config: Config, tmp_path: Path) -> Iterator[Path]:
    """The drop folder."""
    (tmp_path / "drop").mkdir()
    app.config["HOUSE"] = replace(config, drop_dir=str(tmp_path / "drop"))
    yield tmp_path / "drop"
    app.config["HOUSE"] = config


def _rows(session: Session) -> list[tuple[str, State, int | None]]:
    asked = select(Recording.title, Version.state, Version.size).join(Version.recording).order_by(Version.id)
    found = [(row.title, row.state, row.size) for row in session.execute(asked)]
    session.rollback()
    return found


def test_files_become_recordings_without_lying_on_the_disk_twice(
    run: Run, session: Session, config: Config, tmp_path: Path
) -> None:
    one, two = tmp_path / "Module_5 partie 1.mp4", tmp_path / "-zwei.mov"
    one.write_bytes(b"a" * 1000)
    two.write_bytes(b"b" * 2000)
    done = run("--", one, two)
    assert done.exit_code == 0, done.output
    assert _rows(session) == [("Module 5 partie 1", State.RECEIVED, 1000), ("-zwei", State.RECEIVED, 2000)]
    first, second = done.stdout.split()
    assert uploads.part(config, first).samefile(one) and uploads.part(config, second).read_bytes() == b"b" * 2000
    assert run("--title", "Cours", "--copy", one).exit_code == 0
    assert _rows(session)[-1] == ("Cours", State.RECEIVED, 1000) and one.stat().st_nlink == 2


def test_what_is_refused_is_said_and_the_others_are_taken(
    run: Run, session: Session, config: Config, tmp_path: Path
) -> None:
    good, empty = tmp_path / "a.mp4", tmp_path / "b.mp4"
    good.write_bytes(b"a")
    empty.touch()
    done = run(tmp_path / "none.mp4", empty, tmp_path, good)
    assert done.exit_code == 1
    for said in ("none.mp4\xa0: Ce fichier n’existe", "b.mp4\xa0: Le fichier est vide", "C’est un dossier"):
        assert said in done.stderr
    assert [row[0] for row in _rows(session)] == ["a"]
    assert len(list((config.data_dir / "uploads").iterdir())) == 1
    assert run("--title", "x", good, good).exit_code == 1
    large = tmp_path / "c.mp4"
    with large.open("wb") as opened:
        opened.truncate(config.max_upload_bytes + 1)
    assert run(large).exit_code == 1 and len(_rows(session)) == 1
    assert len(list((config.data_dir / "uploads").iterdir())) == 1


def test_a_command_that_waits_tells_what_became_of_each(
    run: Run, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"a")
    ends = iter([(State.READY, None), (State.FAILED, Reason.BROKEN)])

    def worked(_seconds: float) -> None:
        state, reason = next(ends)
        with db.sessionmaker.begin() as working:
            waiting = update(Version).where(Version.state == State.RECEIVED)
            working.execute(waiting.values(state=state, reason=reason, progress=1.0))

    monkeypatch.setattr("media.import_command.time.sleep", worked)
    good, bad = run("--wait", file), run("--wait", file)
    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "a.mp4\xa0: Prêt" in good.stdout and "abîmé" in bad.stderr


def test_a_copy_that_was_broken_off_goes_on(
    session: Session, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(os.urandom(3_000_000))
    monkeypatch.setattr(uploads, "_SYNC_EVERY", 1_000_000)
    imports.begin(config, file, "long", datetime.now(UTC), copy=True)
    assert next(imports.bring(config, file, "long", datetime.now(UTC))) == 1_000_000
    assert list(imports.bring(config, file, "long", datetime.now(UTC))) == [2_000_000, 3_000_000]
    assert uploads.part(config, "long").read_bytes() == file.read_bytes()
    assert _rows(session)[0][1] is State.RECEIVED


def _sweep(later: timedelta = LATER) -> None:
    with db.sessionmaker.begin() as session:
        drop.take_in(session, datetime.now(UTC) + later)


def _end(state: State, reason: Reason | None = None) -> None:
    with db.sessionmaker.begin() as session:
        session.execute(update(Version).where(Version.state == State.RECEIVED).values(state=state, reason=reason))


def test_a_file_is_taken_once_it_has_stopped_growing(folder: Path, session: Session) -> None:
    (folder / "cours.mp4").write_bytes(b"half")
    os.utime(folder / "cours.mp4", (0, 0))  # As a copy that keeps the old date.
    (folder / "cours.mp4.part").write_bytes(b"half")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "a folder").mkdir()
    _sweep(timedelta(seconds=30))
    assert (folder / "cours.mp4").exists() and _rows(session) == []
    _sweep()
    _sweep()
    assert _rows(session) == [("cours", State.RECEIVED, 4)]
    assert sorted(entry.name for entry in folder.iterdir()) == [".hidden", "a folder", "cours.mp4.part", "working"]
    _end(State.READY)
    _sweep()
    assert (folder / "done" / "cours.mp4").read_bytes() == b"half"
    assert not list((folder / "working").glob("*/"))


def test_what_is_refused_lies_beside_the_reason_and_hostile_names_stay_in_their_folder(
    folder: Path, session: Session, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"secret")
    (folder / "link.mp4").symlink_to(secret)
    os.mkfifo(folder / "pipe.mp4")
    names = ["-rf", "a\n\x1b[31m\u202eb.mp4", "x" * 250 + ".mp4", "..mp4", "done.mp4", "$(touch pwned).mp4"]
    for name in names:
        (folder / name).write_bytes(b"x")
    with open(os.fsencode(folder) + b"/\xff\xfe.mp4", "wb") as opened:
        opened.write(b"x")
    (folder / "empty.mp4").touch()
    os.rename(folder / "..mp4", folder / "again.mp4")
    _sweep()
    _end(State.FAILED, Reason.NOT_A_RECORDING)
    _sweep()
    refused = {entry.name for entry in (folder / "refused").iterdir()}
    assert len(refused) == 2 * 10 and not (folder / "done").exists()
    assert {"link.mp4", "pipe.mp4", "-rf", "empty.mp4.txt", "$(touch pwned).mp4.txt"} <= refused
    assert "Choisissez un autre fichier" in (folder / "refused" / "-rf.txt").read_text()
    assert "vide" in (folder / "refused" / "empty.mp4.txt").read_text()
    assert (folder / "refused" / "link.mp4").is_symlink() and secret.read_bytes() == b"secret"
    assert len(_rows(session)) == 7
    assert all(state is State.FAILED for _, state, _ in _rows(session))
    (folder / "-rf").write_bytes(b"another")
    _sweep()
    _end(State.FAILED, Reason.BROKEN)
    _sweep()
    assert (folder / "refused" / "-rf").read_bytes() == b"x", "the one before is not overwritten"
    assert len(list((folder / "refused").iterdir())) == 22


def test_a_killed_worker_and_a_second_one_take_each_file_once(
    app: Flask, folder: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (folder / f"{number}.mp4").write_bytes(b"x" * 10)
    with monkeypatch.context() as dying:
        dying.setattr(imports, "begin", lambda *_a, **_k: os._exit(9))
        child = os.fork()
        if not child:
            _sweep()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    held = (
        "import fcntl, sys, time\n"
        "f = open(sys.argv[1] + '/working/.lock', 'ab'); fcntl.flock(f, fcntl.LOCK_EX)\n"
        "print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", held, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout and other.stdout.readline() == "held\n"
        _sweep()
        assert _rows(session) == []
    finally:
        other.kill()
        other.communicate()
    _sweep()
    _sweep()
    assert sorted(row[0] for row in _rows(session)) == ["0", "1", "2"]


def test_a_full_disk_lets_a_dropped_file_wait(app: Flask, folder: Path, session: Session, config: Config) -> None:
    (folder / "a.mp4").write_bytes(b"x" * 10)
    app.config["HOUSE"] = replace(app.config["HOUSE"], free_space_bytes=10**18)
    _sweep()
    assert _rows(session) == [] and len(list((folder / "working").glob("*/a.mp4"))) == 1
    app.config["HOUSE"] = replace(app.config["HOUSE"], free_space_bytes=0)
    _sweep()
    assert _rows(session) == [("a", State.RECEIVED, 10)]


def test_another_file_system_is_copied_from_in_stretches(
    folder: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.mp4").write_bytes(b"x" * 3_000_000)
    monkeypatch.setattr(imports, "_shared", lambda *_: False)
    monkeypatch.setattr(uploads, "_SYNC_EVERY", 1_000_000)
    clock = iter(range(0, 1000, 3))
    monkeypatch.setattr(drop.time, "monotonic", lambda: next(clock))
    _sweep()
    assert _rows(session) == [("a", State.UPLOADING, 3_000_000)]
    for _ in range(3):
        _sweep()
    assert _rows(session) == [("a", State.RECEIVED, 3_000_000)]
    assert time is drop.time
