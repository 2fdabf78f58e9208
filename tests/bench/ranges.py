"""`./run bench media`: how fast parts of a film leave us, beside nginx on the same file; what a large upload costs."""

import http.client
import os
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itsdangerous import URLSafeSerializer

from tests.bench.media import told
from tests.bench.processes import cpu_seconds, memory_mib
from tests.browser.server import Server
from tests.nginx import PROGRAM, nginx

FILM, PIECE, CLIENTS = 256 << 20, 1 << 20, 8
BLOCK = 4 << 20


MOST_MEMORY = 150.0  # MB of the server, however large an upload is


def main(seconds: int, giga: float) -> bool:
    """One server, first alone and then behind nginx. Whether it keeps its goal."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        media = Path(folder, "data", "media", "abc", "def")
        media.mkdir(parents=True)
        with (media / "240p.mp4").open("wb") as film:
            for _ in range(FILM // BLOCK):
                film.write(os.urandom(BLOCK))
        _ranges(Path(folder), seconds, "")
        if PROGRAM:
            _ranges(Path(folder), seconds, "/protected-media/")
        return _upload(Path(folder, "in"), giga)


def _ranges(folder: Path, seconds: int, prefix: str) -> None:
    settings = {"LOG_LEVEL": "warning", **({"ACCEL_PREFIX": prefix, "TRUSTED_PROXIES": "1"} if prefix else {})}
    server = Server(folder / "data", settings=settings)
    server.flask("db", "upgrade")
    server.start(worker=False)
    plain = f"    location /plain/ {{ alias {folder}/data/media/; }}"
    try:
        if not PROGRAM:
            print(
                f"{'parts of 1 MB from us':<34}{_rate(server.port, _path(server), seconds):>8.0f} MB/s, no nginx here"
            )
            return
        with nginx(folder / f"nginx{len(prefix)}", server.port, folder / "data" / "media", plain) as base:
            port = int(base.rpartition(":")[2])
            theirs = _rate(port, "/plain/abc/def/240p.mp4", seconds)
            before = cpu_seconds(server.pids)
            ours = _rate(port if prefix else server.port, _path(server), seconds)
            cpu = (cpu_seconds(server.pids) - before) / (ours * seconds)
        name = "parts of 1 MB, nginx by our word" if prefix else "parts of 1 MB from us alone"
        ratio = f"{ours / theirs:>8.2f} of nginx ({theirs:.0f} MB/s)"
        print(f"{name:<34}{ours:>8.0f} MB/s{ratio}{cpu * 1000:>8.2f} ms of our CPU for each")
    finally:
        server.stop()


def _path(server: Server) -> str:
    ends = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    return f"/media/{URLSafeSerializer(server.env['SECRET_KEY'], salt='media').dumps(['abc/def', ends])}/240p.mp4"


def _rate(port: int, path: str, seconds: int) -> float:
    """Megabytes a second to so many players that ask for one part after another."""
    end, sums = time.monotonic() + seconds, [0] * CLIENTS

    def play(number: int) -> None:
        line, at = http.client.HTTPConnection("127.0.0.1", port), number * (FILM // CLIENTS)
        while time.monotonic() < end:
            line.request("GET", path, headers={"Range": f"bytes={at}-{at + PIECE - 1}", "Sec-Fetch-Dest": "video"})
            answer = line.getresponse()
            assert answer.status == 206, answer.status
            sums[number] += len(answer.read())
            at = (at + PIECE) % FILM

    threads = [threading.Thread(target=play, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(sums) / 1e6 / seconds


def _upload(folder: Path, giga: float) -> bool:
    """One request of so many gigabytes; the most memory that the server had meanwhile."""
    server = Server(folder, settings={"LOG_LEVEL": "warning", "FREE_SPACE_BYTES": "0"})
    server.flask("db", "upgrade")
    server.flask("user", "add", "studio", "--admin")
    token = server.flask("user", "token", "studio").split()[-1]
    server.start(worker=False)
    size, most, ended = int(giga * 1e9) // BLOCK * BLOCK, [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            most[0] = max(most[0], memory_mib(server.pids))

    block = os.urandom(BLOCK)

    def body() -> Iterator[bytes]:
        for _ in range(size // BLOCK):
            yield block

    tus = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    watching = threading.Thread(target=watch)
    watching.start()
    try:
        made = urllib.request.Request(f"{server.base}/api/v1/uploads", b"", {**tus, "Upload-Length": str(size)})
        with urllib.request.urlopen(made) as answer:
            url = answer.headers["Location"]
        kind = {"Content-Type": "application/offset+octet-stream", "Content-Length": str(size)}
        sent = {**tus, **kind, "Upload-Offset": "0"}
        begun = time.monotonic()
        with urllib.request.urlopen(urllib.request.Request(url, body(), sent, method="PATCH"), timeout=3600) as answer:
            assert answer.headers["Upload-Offset"] == str(size)
        took = time.monotonic() - begun
    finally:
        ended.set()
        watching.join()
        server.stop()
    print(f"{f'{giga:g} GB in one upload':<34}{size / 1e6 / took:>8.0f} MB/s")
    return told("MB of memory at most", most[0] * 1.048576, most=MOST_MEMORY)
