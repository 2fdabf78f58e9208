"""The worker may be started before its database, and begins when that answers."""

import os
import subprocess
import sys
import time
from pathlib import Path

from app.config import ROOT
from tests.browser.server import free_port


def test_a_worker_that_starts_before_its_database_waits_for_it(tmp_path: Path) -> None:
    settings = {"SECRET_KEY": "x" * 40, "DATA_DIR": str(tmp_path)}
    settings["DATABASE_URL"] = f"postgresql://postgres@127.0.0.1:{free_port()}/none"
    command = [sys.executable, "-m", "app.worker"]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 60
        while (tmp_path / "log").read_text().count("database out of reach") < 2:
            assert worker.poll() is None and time.monotonic() < end, (tmp_path / "log").read_text()[-2000:]
            time.sleep(0.2)
    finally:
        worker.kill()
        worker.wait()
