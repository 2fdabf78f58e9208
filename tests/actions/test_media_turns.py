"""Files have their turn, and none begins for which the disk has no room."""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from media import jobs as worker
from media import leases, making, processes, room
from media.making import Share
from media.models import Version
from media.processes import Limits
from media.rules import MAX_ATTEMPTS, Reason, State
from tests.actions.conftest import Send, files_of
from tests.media_files import clip

LONG, SHORT = b"x" * 400_000, b"x" * 1000


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows that were asked for, in their order; nothing is done with them."""
    found: list[int] = []
    monkeypatch.setitem(jobs.HANDLERS, "media.transcode", found.append)
    return found


def test_short_files_are_heard_and_swept_before_long_ones(session: Session, send: Send, tried: list[int]) -> None:
    long, short = send(LONG), send(SHORT)
    assert jobs.drain() == 2 and tried == [short.id, long.id]
    short.state_at += timedelta(seconds=10)
    session.commit()
    now = datetime.now(UTC) + timedelta(minutes=1)
    assert [row.id for row in leases.VERSIONS.due(session, now)] == [long.id, short.id], (
        "who has waited long enough goes first"
    )


def test_a_file_whose_time_came_and_one_whose_worker_died_do_not_wait_for_an_empty_queue(
    session: Session, send: Send, config: Config, tried: list[int]
) -> None:
    now = datetime.now(UTC)
    again, dead, waits = send(SHORT), send(SHORT), send(SHORT)
    jobs.drain()
    leases.VERSIONS.claim(session, dead.id, "dead", now - timedelta(minutes=5))
    again.next_try_at = now - timedelta(seconds=1)
    jobs.ring(session, "media.transcode", waits.id)
    session.commit()
    tried.clear()
    for _sweep in range(3):
        worker.ring_again(session, now)
        session.commit()
    jobs.drain()
    assert sorted(tried) == sorted([waits.id, again.id, dead.id]), "once each"


@pytest.mark.media
def test_a_file_waits_without_failing_until_the_disk_has_room(
    session: Session, send: Send, config: Config, recording: Path, monkeypatch: Any
) -> None:
    version, left = send(recording), [0]
    monkeypatch.setattr(room, "free", lambda folder: left[0])
    jobs.drain()
    _waits(session, version, config)
    _its_time_comes(session, version, waited=timedelta(minutes=3))
    left[0] = config.free_space_bytes // 4 + (version.size or 0) + 1000  # For the file, but not for what is made of it.
    jobs.run_sweeps()
    jobs.drain()
    _waits(session, version, config)
    assert version.duration, "it was looked at"
    _its_time_comes(session, version, waited=timedelta(minutes=3))
    jobs.run_sweeps()
    jobs.drain()
    _waits(session, version, config)
    assert version.next_try_at and version.next_try_at - datetime.now(UTC) > timedelta(minutes=2), "later and later"
    left[0] = 10**12
    _its_time_comes(session, version)
    jobs.run_sweeps()
    jobs.drain()
    session.refresh(version)
    assert (version.state, version.reason, version.attempt) == (State.READY, None, 1)


def test_what_others_still_write_is_counted(session: Session, send: Send, config: Config, monkeypatch: Any) -> None:
    mine, other = send(SHORT), send(SHORT)
    enough = config.free_space_bytes // 4 + len(SHORT)
    monkeypatch.setattr(room, "free", lambda folder: enough)
    assert room.lacking(session, config, mine) == 0
    leases.VERSIONS.claim(session, other.id, "t", datetime.now(UTC))
    other_bytes = room.lacking(session, config, mine)
    assert other_bytes == len(SHORT)
    leases.VERSIONS.renew(session, other.id, "t", datetime.now(UTC), progress=0.75)
    assert room.lacking(session, config, mine) == len(SHORT) // 4
    session.rollback()


def test_a_row_that_failed_five_times_is_not_taken_again(session: Session, send: Send) -> None:
    version, now = send(SHORT), datetime.now(UTC)
    for attempt in range(MAX_ATTEMPTS):
        assert leases.VERSIONS.claim(session, version.id, str(attempt), now)
        now += timedelta(minutes=5)
    assert not leases.VERSIONS.claim(session, version.id, "once more", now)
    leases.VERSIONS.give_up(session, Reason.INTERRUPTED, now)
    session.refresh(version)
    assert (version.state, version.reason) == (State.FAILED, Reason.INTERRUPTED)
    session.rollback()


@pytest.mark.media
def test_a_conversion_takes_no_more_of_the_machine_than_the_settings_say(
    app: Any, session: Session, send: Send, config: Config, recording: Path, monkeypatch: Any
) -> None:
    app.config["HOUSE"] = replace(config, ffmpeg_threads=1, ffmpeg_memory_bytes=3 * 1024**3, ffmpeg_nice=15)
    asked: list[tuple[list[str], Limits]] = []

    def noted(argv: list[str], cwd: Path, limits: Limits, *more: Any) -> None:
        asked.append((argv, limits))
        processes.run(argv, cwd, limits, *more)

    monkeypatch.setattr(making, "run", noted)
    version = send(recording)
    jobs.drain()
    session.refresh(version)
    assert version.state is State.READY
    assert all((limits.memory_bytes, limits.nice) == (3 * 1024**3, 15) for _argv, limits in asked)
    encoding = [argv for argv, _limits in asked if any("libx264" in word for word in argv)]
    assert encoding and all(argv.count("-threads") == 2 and "-filter_threads" in argv for argv in encoding)


def test_the_cores_are_shared_by_those_that_work_at_once(
    session: Session, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _process: set(range(8)), raising=False)
    shares = [Share.of(replace(config, workers=workers)).threads for workers in (1, 3, 20)]
    assert shares == [8, 2, 1]
    assert Share.of(replace(config, workers=3, ffmpeg_threads=5)).threads == 5


def test_limits_are_those_of_the_program_that_runs(tmp_path: Path) -> None:
    said: list[str] = []
    script = "import os, resource; print(os.nice(0), resource.getrlimit(resource.RLIMIT_AS)[0])"
    limits = Limits(seconds=60, memory_bytes=2 * 1024**3, nice=7)
    processes.run([sys.executable, "-c", script], tmp_path, limits, said.append)
    nice, memory = next(line for line in said if line).split()
    assert (int(nice), int(memory)) == (min(19, os.nice(0) + 7), 2 * 1024**3)


@pytest.mark.media
@pytest.mark.parametrize("long_first", [True, False])
def test_learners_see_a_short_file_before_the_other_sizes_of_a_long_one_are_made(
    session: Session, send: Send, recording: Path, tmp_path: Path, monkeypatch: Any, long_first: bool
) -> None:
    long, short = send(clip(tmp_path / "long.mp4", seconds=5)), send(recording)
    if long_first:
        long.state_at -= timedelta(hours=1)
        jobs.ring(session, "media.transcode", long.id)
    session.commit()
    names, told = {long.id: "long", short.id: "short"}, list[str]()
    for what in ("publish", "finish"):
        monkeypatch.setattr(leases, what, _telling(getattr(leases, what), what, names, told))
    session.rollback()
    jobs.drain()
    between = ["publish long", "publish short", "finish short", "finish long"]
    one_by_one = ["publish short", "finish short", "publish long", "finish long"]
    assert told == (between if long_first else one_by_one)
    for version in (long, short):
        session.refresh(version)
        assert (version.state, version.attempt) == (State.READY, 1)
    session.rollback()


@pytest.mark.media
def test_who_lets_others_pass_says_so_and_they_let_nobody_pass_in_their_turn(
    session: Session, send: Send, recording: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    long, middle = (send(clip(tmp_path / f"{seconds}.mp4", seconds=seconds)) for seconds in (6, 4))
    short = send(recording)
    for version, waited in ((long, 9), (middle, 8)):
        version.state_at -= timedelta(hours=waited)
        jobs.ring(session, "media.transcode", version.id)
    session.commit()
    names, told, said = {long.id: "long", middle.id: "middle", short.id: "short"}, list[str](), list[Any]()
    finish, long_id = leases.finish, long.id

    def finishing(own: Session, version_id: int, *more: Any, **named: Any) -> None:
        held = own.get_one(Version, long_id)
        said.append((held.state, held.reason, held.eta_s))
        finish(own, version_id, *more, **named)

    monkeypatch.setattr(leases, "finish", finishing)
    for what in ("publish", "finish"):
        monkeypatch.setattr(leases, what, _telling(getattr(leases, what), what, names, told))
    session.rollback()
    jobs.drain()
    assert told == [
        "publish long", "publish middle", "finish middle", "publish short", "finish short", "finish long"
    ], "two are held at once, never more"  # fmt: skip
    assert said[0] == said[1] == (State.TRANSCODING, Reason.LETS_PASS, None) and said[2][1] is None
    assert session.get_one(Version, long.id).reason is None


def _telling(done: Any, what: str, names: dict[int, str], told: list[str]) -> Any:
    def telling(session: Session, version_id: int, *more: Any, **named: Any) -> None:
        told.append(f"{what} {names[version_id]}")
        done(session, version_id, *more, **named)

    return telling


def _waits(session: Session, version: Version, config: Config) -> None:
    session.refresh(version)
    assert (version.state, version.reason, version.attempt) == (State.RECEIVED, Reason.NO_ROOM, 0)
    assert version.token is None and version.next_try_at and version.next_try_at > datetime.now(UTC)
    assert files_of(config) == [f"uploads/{version.public_id}.part"]
    session.rollback()


def _its_time_comes(session: Session, version: Version, waited: timedelta = timedelta()) -> None:
    version.next_try_at = datetime.now(UTC) - timedelta(seconds=1)
    version.state_at = datetime.now(UTC) - waited
    session.commit()
