"""./run makes and keeps what it should, and starts nothing that it should not."""

import contextlib
import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from app.config import ROOT
from tests.bench.client import Client
from tests.browser.server import free_port

RUN = str(ROOT / "run")


def _environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return kept | {"DATA_DIR": str(data), **more}


def _call(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = _environment(data, **more)
    return subprocess.run([RUN, *words], env=env, capture_output=True, text=True, timeout=400, check=False)


def test_the_script_is_sound():
    assert subprocess.run(["bash", "-n", RUN], check=False).returncode == 0


def test_an_unknown_command_is_refused_with_the_list(tmp_path):
    answer = _call(tmp_path, "sing")
    assert answer.returncode == 2 and "./run test" in answer.stderr


@pytest.mark.slow
def test_the_command_line_is_reached_and_the_secret_is_made_once(tmp_path):
    first = _call(tmp_path, "flask", "--help")
    assert first.returncode == 0 and "Commands:" in first.stdout, first.stderr
    secret = tmp_path / "secret.key"
    made = secret.read_text()
    assert len(made.strip()) >= 32 and secret.stat().st_mode & 0o077 == 0
    assert _call(tmp_path, "flask", "--help").returncode == 0
    assert secret.read_text() == made


@pytest.mark.slow
def test_away_from_loopback_there_is_no_demonstration(tmp_path):
    answer = _call(tmp_path, "flask", "--help", HOST="0.0.0.0", DEMONSTRATION="1")
    assert answer.returncode == 0
    assert not (tmp_path / "demonstration.key").exists()


@pytest.mark.slow
def test_a_second_start_serves_within_three_seconds_and_stops_cleanly(tmp_path):
    server, port, took = _second_start(tmp_path)
    said = "".join(iter(server.stdout.readline, "Ctrl-C stops.\n"))
    server.send_signal(signal.SIGTERM)
    assert server.communicate(timeout=60)[0] == "Stopped.\n" and server.returncode == 0
    assert f":{port}/" in said and "learner40" in said
    assert _session_of(server.pid) == []
    assert took < (3 if "PYTEST_XDIST_WORKER" not in os.environ else 30)


@pytest.mark.slow
def test_a_start_that_is_killed_leaves_nothing_behind(tmp_path):
    server, _port, _took = _second_start(tmp_path)
    server.kill()
    server.communicate(timeout=60)
    until = time.monotonic() + 90
    while (left := _session_of(server.pid)) and time.monotonic() < until:
        time.sleep(0.2)
    assert left == []


@pytest.mark.slow
def test_the_data_folder_may_be_moved_as_it_stands(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    server, port, _took = _second_start(before)
    try:
        assert _a_ready_film(port, seconds=240)
    finally:
        server.terminate()
        server.communicate(timeout=60)
    for file in before.rglob("*"):
        if file.is_file():
            assert not re.search(re.escape(str(tmp_path)).encode(), file.read_bytes()), file
    before.rename(after)
    server, port, _took = _second_start(after)
    try:
        admin = Client(f"http://127.0.0.1:{port}").sign_in("admin1")
        assert admin.ask(_a_ready_film(port, seconds=0))[0] == 200
    finally:
        server.terminate()
        server.communicate(timeout=60)


def _a_ready_film(port: int, seconds: float) -> str:
    """The address of a film of the demonstration, waiting for the worker at most so long."""
    admin = Client(f"http://127.0.0.1:{port}").sign_in("admin1")
    until = time.monotonic() + seconds
    while True:
        for one in json.loads(admin.text("/api/v1/recordings"))["items"]:
            if one["state"] == "ready":
                return next(made["url"] for made in one["renditions"] if made["kind"] == "video")
        assert time.monotonic() < until, "the worker has made no film"
        time.sleep(1)


def _second_start(data: Path) -> tuple[subprocess.Popen[str], int, float]:
    """A server that answers, its port, and the seconds from its start to the first answer."""
    port = free_port()
    assert _call(data, "setup").returncode == 0
    begun = time.monotonic()
    server = subprocess.Popen(
        [RUN], env=_environment(data, PORT=str(port)), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", seconds=60)
    except OSError:
        server.terminate()
        raise
    return server, port, time.monotonic() - begun


def _session_of(leader: int) -> list[str]:
    """The processes that were started from this one and are still there."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if stat.read_text().rpartition(")")[2].split()[3] == str(leader):
                found.append(stat.parent.name)
    return found


def _wait_for(url: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=seconds):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
