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
from media import drop, dropped, imports, uploads, writers
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


def test_files_become_recordings_that_nobody_changes_by_writing_into_them(
    run: Run, session: Session, config: Config, tmp_path: Path
) -> None:
    one, two = tmp_path / "Module_5 partie 1.mp4", tmp_path / "-zwei.mov"
    one.write_bytes(b"a" * 1000)
    two.write_bytes(b"b" * 2000)
    done = run("--", one, two)
    assert done.exit_code == 0, done.output
    assert _rows(session) == [("Module 5 partie 1", State.RECEIVED, 1000), ("-zwei", State.RECEIVED, 2000)]
    first, second = done.stdout.split()
    with two.open("r+b") as opened:
        opened.write(b"later")
    assert one.stat().st_nlink == two.stat().st_nlink == 1
    assert uploads.part(config, first).read_bytes() == b"a" * 1000
    assert uploads.part(config, second).read_bytes() == b"b" * 2000
    linked = run("--title", "Cours", "--link", one)
    assert linked.exit_code == 0 and uploads.part(config, linked.stdout.strip()).samefile(one)
    assert _rows(session)[-1] == ("Cours", State.RECEIVED, 1000)


def test_a_file_that_something_still_writes_into_is_not_imported(run: Run, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    with file.open("wb") as opened:
        opened.write(b"half")
        opened.flush()
        refused = run(file)
        assert refused.exit_code == 1 and "écrit encore dans ce fichier" in refused.stderr and _rows(session) == []
    with file.open("rb"):  # Who only reads it is no hindrance.
        assert run(file).exit_code == 0


def test_room_for_the_copy_is_asked_for_first(
    app: Flask, run: Run, session: Session, config: Config, tmp_path: Path
) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"x" * 10)
    app.config["HOUSE"] = replace(config, free_space_bytes=10**18)
    refused = run(file)
    assert refused.exit_code == 1 and "deuxième copie" in refused.stderr and _rows(session) == []
    assert list((config.data_dir / "uploads").iterdir()) == []


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
    monkeypatch.setattr(imports, "_cloned", lambda *_: False)
    seen = writers.look(file)
    imports.begin(config, file, "long", datetime.now(UTC))
    assert next(imports.bring(config, file, "long", datetime.now(UTC), seen)) == 1_000_000
    assert list(imports.bring(config, file, "long", datetime.now(UTC), seen)) == [2_000_000, 3_000_000]
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
    (folder / "empty").mkdir()
    _sweep(timedelta(seconds=30))
    assert (folder / "cours.mp4").exists() and _rows(session) == []
    _sweep()
    _sweep()
    assert _rows(session) == [("cours", State.RECEIVED, 4)]
    assert sorted(entry.name for entry in folder.iterdir()) == [".hidden", "cours.mp4.part", "empty", "working"]
    _end(State.READY)
    _sweep()
    assert (folder / "done" / "cours.mp4").read_bytes() == b"half"
    assert [left.name for left in (folder / "working").iterdir()] == [".lock"]


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
    assert "deuxième copie" in next((folder / "working").glob("*.txt")).read_text()
    app.config["HOUSE"] = replace(app.config["HOUSE"], free_space_bytes=0)
    _sweep()
    assert _rows(session) == [("a", State.RECEIVED, 10)]


def test_another_file_system_is_copied_from_in_stretches(
    folder: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.mp4").write_bytes(b"x" * 3_000_000)
    monkeypatch.setattr(imports, "_cloned", lambda *_: False)
    monkeypatch.setattr(uploads, "_SYNC_EVERY", 1_000_000)
    clock = iter(range(0, 1000, 3))
    monkeypatch.setattr(drop.time, "monotonic", lambda: next(clock))
    _sweep()
    assert _rows(session) == [("a", State.UPLOADING, 3_000_000)]
    for _ in range(3):
        _sweep()
    assert _rows(session) == [("a", State.RECEIVED, 3_000_000)]
    assert time is drop.time


def test_a_file_whose_writer_has_stalled_is_not_taken(folder: Path, session: Session) -> None:
    with (folder / "cours.mp4").open("wb") as opened:
        opened.write(b"first half ")
        opened.flush()
        _sweep()
        assert _rows(session) == [] and (folder / "cours.mp4").exists()
        opened.write(b"second half")
    _sweep()
    assert _rows(session) == [("cours", State.RECEIVED, 22)]


@pytest.mark.parametrize("stands", [State.RECEIVED, State.FAILED])
def test_a_file_that_was_written_to_after_it_was_taken_is_taken_anew(
    folder: Path, session: Session, config: Config, stands: State
) -> None:
    (folder / "cours.mp4").write_bytes(b"first half ")
    _sweep()
    ours = next((config.data_dir / "uploads").iterdir())
    with next((folder / "working").glob("*/cours.mp4")).open("ab") as opened:
        opened.write(b"second half")
        opened.flush()
        assert ours.read_bytes() == b"first half ", "what we keep is a copy"
        if stands is State.FAILED:
            _end(State.FAILED, Reason.BROKEN)
        _sweep()
        assert len(_rows(session)) == 1, "it waits until nobody writes"
    _sweep()
    assert (folder / "cours.mp4").exists()
    _sweep()
    told = State.CANCELLED if stands is State.RECEIVED else State.FAILED
    assert _rows(session) == [("cours", told, 11), ("cours", State.RECEIVED, 22)]


def test_bytes_that_come_while_it_is_copied_are_noticed(
    folder: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.mp4").write_bytes(b"x" * 1000)

    def drawn(*arguments: int) -> int:
        with next((folder / "working").glob("*/a.mp4")).open("r+b") as opened:
            opened.write(b"y")
        monkeypatch.undo()
        return uploads.drawn(*arguments)

    monkeypatch.setattr(imports, "_cloned", lambda *_: False)
    monkeypatch.setattr(uploads, "drawn", drawn)
    _sweep()
    assert _rows(session) == [("a", State.CANCELLED, 1000)] and (folder / "a.mp4").read_bytes()[:2] == b"yx"
    _sweep()
    assert _rows(session)[1:] == [("a", State.RECEIVED, 1000)]


def test_a_camera_s_card_gives_its_recordings_and_what_is_left_is_said(
    folder: Path, session: Session, recording: Path
) -> None:
    stream = folder / "CARTE 1" / "AVCHD" / "STREAM"
    stream.mkdir(parents=True)
    for name in ("00000.mp4", "00001.mp4"):
        (stream / name).write_bytes(recording.read_bytes())
    (stream.parent / "INDEX.BDM").write_bytes(b"INDX0100")
    (folder / "CARTE 2").mkdir()
    (folder / "CARTE 2" / "00000.mp4").write_bytes(recording.read_bytes())
    with (stream / "00001.mp4").open("ab"):
        _sweep()
        assert [row[0] for row in _rows(session)] == ["CARTE 2 00000"], "a folder is taken when all in it is still"
    _sweep()
    assert sorted(row[0] for row in _rows(session)) == ["CARTE 1 00000", "CARTE 1 00001", "CARTE 2 00000"]
    assert sorted(entry.name for entry in folder.iterdir()) == ["refused", "working"], "no empty folder stays"
    assert (folder / "refused" / "CARTE 1" / "AVCHD" / "INDEX.BDM").is_file()
    assert "seuls les enregistrements" in (folder / "refused" / "CARTE 1.txt").read_text()


def test_a_folder_that_holds_too_much_or_leads_elsewhere_is_refused(
    folder: Path, session: Session, tmp_path: Path, recording: Path
) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.mp4").write_bytes(recording.read_bytes())
    (folder / "leads").mkdir()
    (folder / "leads" / "away").symlink_to(tmp_path / "secret")
    deep = folder.joinpath("deep", *"abcdefghij")
    deep.mkdir(parents=True)
    (deep / "a.mp4").write_bytes(recording.read_bytes())
    _sweep()
    assert _rows(session) == [] and (tmp_path / "secret" / "a.mp4").exists()
    assert "trop de fichiers" in (folder / "refused" / "deep.txt").read_text()
    assert (folder / "refused" / "leads.txt").is_file()


def test_what_may_not_be_moved_stops_no_other(folder: Path, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.mp4", "b.mp4"):
        (folder / name).write_bytes(b"x")

    def moved(file: Path, place: Path) -> None:
        if file.name == "a.mp4":
            raise PermissionError(file)
        really(file, place)

    really = dropped.moved
    monkeypatch.setattr(dropped, "moved", moved)
    _sweep()
    assert [row[0] for row in _rows(session)] == ["b"] and (folder / "a.mp4").exists()


def test_a_writer_who_comes_in_the_last_moment_makes_it_wait_and_not_be_refused(
    folder: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.mp4").write_bytes(b"x")
    answers = iter([False, False, True])  # When it is chosen, when it is gone on with, when it is begun.
    monkeypatch.setattr(writers, "busy", lambda _file: next(answers))
    _sweep()
    assert _rows(session) == [] and not (folder / "refused").exists()
    monkeypatch.undo()
    _sweep()
    assert _rows(session) == [("a", State.RECEIVED, 1)]
