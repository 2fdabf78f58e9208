"""Web server, worker, database and media store killed in turn, while a file comes in and while it is converted: it is
ready in the end, whole, with nothing left behind, and nobody did anything but start what had died."""

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import boto3
import pytest
import sqlalchemy as sa

from tests.actions.conftest import BEGUN
from tests.browser.recordings import film
from tests.browser.server import Server, free_port
from tests.s3 import S3

pytestmark = [pytest.mark.slow, pytest.mark.soak, pytest.mark.media]

BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
PIECE = 400_000
PATIENCE = 900


class Postgres:
    """A database of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "database", free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            folder.chmod(0o755)
            self.folder.mkdir()
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", "-U", "postgres")

    def start(self) -> None:
        """Again and again while the dead one's children are still going."""
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        for _ in range(20):
            if not self._run("pg_ctl", "start", "--wait", "--silent", "-l", str(self.folder / "log"), "-o", settings):
                return
            time.sleep(1)
        raise AssertionError("the database does not start")

    def kill(self) -> None:
        """At once."""
        os.kill(int((self.folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def _run(self, program: str, *arguments: str) -> int:
        drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        command = [*drop, str(BIN[-1] / program), "-D", str(self.folder), *arguments]
        return subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


class House:
    """All of it, and a client that keeps trying."""

    def __init__(self, folder: Path) -> None:
        self.database, self.store = Postgres(folder), S3(folder / "s3")
        self.database.start()
        self.store.__enter__()
        settings = {
            "DATABASE_URL": self.database.url,
            "STORAGE_URL": f"s3://media/house?endpoint={self.store.endpoint}&direct=0",
        }
        self.server = Server(folder / "data", settings=settings)
        self.server.flask("db", "upgrade")
        self.server.flask("user", "add", "studio", "--admin")
        self.bearer = {"Authorization": "Bearer " + self.server.flask("user", "token", "studio").split()[-1]}
        self.server.start()

    def killers(self) -> dict[str, Callable[[], None]]:
        """Kill each, wait as long as an operator's system takes, start it again."""
        return {
            "web": lambda: self._again(self.server.web, lambda: self.server.start(worker=False)),
            "worker": lambda: self._again(self.server.worker, self.server.start_worker),
            "database": lambda: self._pause(self.database.kill, self.database.start),
            "store": lambda: self._pause(self.store.kill, self.store.start),
        }

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Any:
        """An answer, however often it takes."""
        url, end = path if path.startswith("http") else self.server.base + path, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                asked = urllib.request.Request(url, body, {**self.bearer, **headers}, method=method)
                with urllib.request.urlopen(asked, timeout=30) as answer:
                    return answer.headers, answer.read()
            except urllib.error.HTTPError as refusal:
                if refusal.code == 409 and method == "PATCH":
                    return refusal.headers, b""
                assert refusal.code in {423, 500, 502, 503}, (refusal.code, refusal.read())
            except OSError:
                pass
            time.sleep(0.5)
        raise AssertionError(f"no answer to {method} {path}")

    def state(self) -> dict[str, Any]:
        """The one recording."""
        found: dict[str, Any] = json.loads(self.ask("GET", "/api/v1/recordings", {})[1])["items"][0]
        return found

    def stop(self) -> None:
        """End all that runs."""
        self.server.stop()
        self.store.kill()
        self.database.kill()

    @staticmethod
    def _pause(kill: Callable[[], None], start: Callable[[], Any]) -> None:
        kill()
        time.sleep(2)
        start()

    def _again(self, process: subprocess.Popen[bytes] | None, start: Callable[[], Any]) -> None:
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(1)
        start()


@pytest.fixture
def house() -> Iterator[House]:
    """In a folder that the database's own user may enter."""
    if not BIN:
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="killed-") as folder:
        house = House(Path(folder))
        yield house
        house.stop()


def test_whatever_is_killed_the_recording_is_ready_and_whole(house: House, tmp_path: Path) -> None:
    body = film(tmp_path, 500).read_bytes()
    tus = {"Tus-Resumable": "1.0.0"}
    told = f"title {_base64('Module 5')},checksum {_base64(hashlib.sha256(body).hexdigest())}"
    announced = {**tus, "Upload-Length": str(len(body)), "Upload-Metadata": told}
    url = house.ask("POST", "/api/v1/uploads", announced)[0]["Location"]
    kill = cycle(house.killers().items())
    while (at := int(house.ask("HEAD", url, tus)[0]["Upload-Offset"])) < len(body):
        send = {**tus, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        house.ask("PATCH", url, send, body[at : at + max(PIECE, len(body) // 10)])
        name, strike = next(kill)
        print(f"{at} bytes: {name} killed")
        strike()
    for name, strike in house.killers().items():
        found = _converting(house)
        print(f"{found['state']} {found['progress']:.0%}: {name} killed")
        strike()
    _wait_for(house, "ready")
    # Who takes over clears the folder of the dead one, and its own when it is done: a moment after the row says so.
    _until(lambda: not list((house.server.data_dir / "work").glob("*")), seconds=20)
    client = boto3.client("s3", endpoint_url=house.store.endpoint, region_name="us-east-1")
    kept = _kept(client)
    (original,) = [key for key, names in kept.items() if "original" in names]
    stored = client.get_object(Bucket="media", Key=f"{original}/original")["Body"].read()
    assert stored == body and house.state()["sha256"] == hashlib.sha256(body).hexdigest()
    others = set[str]().union(*(names for key, names in kept.items() if key != original))
    assert others <= BEGUN, "who watches the first size that a dead worker made may go on, for an hour"
    engine = sa.create_engine(house.database.url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE recording_version SET state_at = state_at - interval '2 hours'"))
    engine.dispose()
    house.server.flask("jobs", "sweep")
    assert set(_kept(client)) == {original}
    assert not list((house.server.data_dir / "uploads").glob("*"))


def _kept(client: Any) -> dict[str, set[str]]:
    """What lies in the store, by its key."""
    found: dict[str, set[str]] = {}
    for entry in client.list_objects_v2(Bucket="media", Prefix="house/")["Contents"]:
        key, _slash, name = entry["Key"].rpartition("/")
        found.setdefault(key, set()).add(name)
    return found


def _wait_for(house: House, *states: str) -> None:
    _until(lambda: house.state()["state"] in states or _failed(house))


def _converting(house: House) -> dict[str, Any]:
    """The recording while a worker converts it, however often that begins anew."""
    found: dict[str, Any] = {}

    def converts() -> bool:
        found.update(house.state())
        assert found["state"] not in {"failed", "ready"}, "each was to be killed while it was converted"
        return bool(found["state"] == "transcoding" and found["progress"] > 0)

    _until(converts)
    return found


def _failed(house: House) -> bool:
    found = house.state()
    assert found["state"] != "failed", found["reason"]
    return False


def _until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(1)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
