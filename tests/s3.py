"""A bucket for tests, on a server that speaks S3 (tests.s3_server)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

import pytest

from app.config import ROOT
from tests.browser.server import free_port

FOUR_PORTS = 4
KEYS = {"AWS_ACCESS_KEY_ID": "test:tester", "AWS_SECRET_ACCESS_KEY": "testing"}


class S3:
    """The server and its one bucket; it can be killed and started again on what it had."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port(FOUR_PORTS)
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "S3":
        boto3 = pytest.importorskip("boto3")
        self.start()
        os.environ.update(KEYS)
        boto3.client("s3", endpoint_url=self.endpoint, region_name="us-east-1").create_bucket(Bucket="media")
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.kill()

    def start(self) -> None:
        """Until it answers."""
        command = [sys.executable, "-W", "ignore", "-m", "tests.s3_server", str(self.folder), str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout and self.process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        """At once."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """The server."""
    if find_spec("swift") is None or find_spec("boto3") is None:
        if os.environ.get("CI"):
            pytest.fail("swift and boto3 must be installed under CI")
        pytest.skip("swift is not installed: no S3 server to test with")
    with S3(tmp_path_factory.mktemp("swift")) as server:
        yield server


@pytest.fixture(scope="session")
def s3_url(s3: S3) -> str:
    """A folder in its bucket."""
    return f"s3://media/house?endpoint={s3.endpoint}"
