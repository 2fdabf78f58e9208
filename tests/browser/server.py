"""The real thing as processes: granian and the worker on a free port, with a data folder of their own."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from app.config import DEMONSTRATION_KEY, ROOT

BIN = Path(sys.executable).parent
STARTING_SECONDS = 120
STOPPING_SECONDS = 60
PORTS = range(12_000, 30_000, 4)


@dataclass
class Server:
    """A server of a test's own. `start` returns when it answers, `stop` when all its processes have ended."""

    data_dir: Path
    port: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        key = secrets.token_hex(16)
        (self.data_dir / DEMONSTRATION_KEY).write_text(key)
        own = {
            "SECRET_KEY": secrets.token_hex(32),
            "DATA_DIR": str(self.data_dir),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DEMONSTRATION": key,
        }
        inherited = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "QUEUE_URL", "STORAGE_URL"}}
        self.env = {**inherited, **own, **self.settings}

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pids(self) -> list[int]:
        """Its root processes."""
        return [p.pid for p in (self.web, self.worker) if p is not None and p.poll() is None]

    def flask(self, *arguments: str, timeout: float = 300) -> str:
        """Run a command of the application on the same data; its output."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=timeout)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def start(self, *, worker: bool = True) -> "Server":
        """Start web server and worker; wait until pages come."""
        granian = [str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        self.web = self._run("web", [*granian, "--workers", "1", "--blocking-threads", "256", "wsgi:app"])
        if worker:
            self.start_worker()
        self.wait()
        return self

    def start_worker(self) -> None:
        """Start the worker alone, for the tests that have killed it."""
        self.worker = self._run("worker", [sys.executable, "-m", "app.worker"])

    def wait(self) -> None:
        """Until /readyz says yes."""
        end = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < end:
            if self.web is None or self.web.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.base}/readyz", timeout=30) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"the server did not start: {self.log('web')[-3000:]}")

    def stop(self) -> None:
        """End every process that this server started, and wait for it."""
        for process in (self.web, self.worker):
            if process is not None:
                _end(process)
        self.web = self.worker = None

    def log(self, name: str) -> str:
        """What the web server ('web') or the worker ('worker') has written."""
        return (self.data_dir / f"{name}.log").read_text(errors="replace")

    def _run(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.data_dir / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def free_port(in_a_row: int = 1) -> int:
    """A port nobody listens on now, and none that the system gives to whoever calls somebody meanwhile."""
    while True:
        port = secrets.choice(PORTS)
        try:
            for each in range(port, port + in_a_row):
                with socket.socket() as found:
                    found.bind(("127.0.0.1", each))
            return port
        except OSError:
            continue


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)  # Its own session: nobody else's processes are in it.
    except ProcessLookupError:
        pass
    process.wait()
