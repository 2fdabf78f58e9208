"""Ask again and again for a few seconds, with wrk where it is installed, and count the server's CPU per request."""

import http.client
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass

from tests.bench.client import Call
from tests.bench.processes import cpu_seconds

SCRIPT = """
local reqs = {}
function init(args)
%s
end
local i = 0
function request()
  i = i %% #reqs + 1
  return reqs[i]
end
function done(s, l, r)
  local e = s.errors
  io.write(string.format('\\nRESULT [%%d,%%.3f,%%d,%%.2f]\\n', s.requests, s.duration / 1e6,
    e.status + e.connect + e.read + e.write + e.timeout, l:percentile(50) / 1e3))
end
"""


@dataclass(frozen=True)
class Measured:
    """One run: requests a second, CPU of the server and median time of a request in milliseconds, failures."""

    clients: int
    per_second: float
    cpu_ms: float
    median_ms: float
    failed: int


def check(base: str, call: Call) -> None:
    """Ask once by hand: a load test would count a redirect to the sign-in page as a success."""
    status = _ask(_connect(base), call)
    if status not in (200, 201, 204, 206):
        raise SystemExit(f"{call.method} {call.path} answered {status}")


def measure(base: str, calls: list[Call], clients: int, seconds: int, pids: list[int]) -> Measured:
    """Run closed loops of so many clients for so long; at most a minute longer."""
    before = cpu_seconds(pids)
    run = _with_wrk if shutil.which("wrk") else _with_threads
    done, took, failed, median = run(base, calls, clients, seconds)
    cpu = cpu_seconds(pids) - before
    return Measured(clients, done / took, 1000 * cpu / max(1, done), median, failed)


def _with_wrk(base: str, calls: list[Call], clients: int, seconds: int) -> tuple[int, float, int, float]:
    rows = []
    for call in calls:
        headers = ",".join(f"[{json.dumps(k)}]={json.dumps(v)}" for k, v in call.headers.items())
        body = "nil" if call.body is None else json.dumps(call.body)
        rows.append(f"  reqs[#reqs+1] = wrk.format('{call.method}', {json.dumps(call.path)}, {{{headers}}}, {body})")
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
        script.write(SCRIPT % "\n".join(rows))
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "-s", script.name, base]
    try:
        out = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60).stdout
    finally:
        os.unlink(script.name)
    done, took, failed, median = json.loads(out.split("RESULT ", 1)[1].splitlines()[0])
    return done, took, failed, median


def _with_threads(base: str, calls: list[Call], clients: int, seconds: int) -> tuple[int, float, int, float]:
    """The same in Python: slower clients, but the server's CPU per request is as true."""
    turns, took, failed = itertools.count(), list[float](), list[int]()
    end = time.monotonic() + seconds

    def loop() -> None:
        connection = _connect(base)
        while time.monotonic() < end:
            begun = time.monotonic()
            status = _ask(connection, calls[next(turns) % len(calls)])
            took.append(time.monotonic() - begun)
            if status >= 400:
                failed.append(status)
        connection.close()

    threads = [threading.Thread(target=loop, daemon=True) for _ in range(clients)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    return len(took), time.monotonic() - begun, len(failed), 1000 * sorted(took)[len(took) // 2]


def _connect(base: str) -> http.client.HTTPConnection:
    host = urllib.parse.urlsplit(base)
    return http.client.HTTPConnection(host.hostname or "127.0.0.1", host.port, timeout=20)


def _ask(connection: http.client.HTTPConnection, call: Call) -> int:
    connection.request(call.method, call.path, call.body, call.headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status
