"""Slow lines do not stop the others: a real server, and more slow readers than it has threads."""

import random
import re
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from itsdangerous import URLSafeSerializer

from tests.browser.server import Server

READERS = 300
THREADS = 256
FILM = random.Random(5).randbytes(3 * 1024 * 1024)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server with one film in its store."""
    server = Server(tmp_path / "data")
    server.flask("db", "upgrade")
    folder = server.data_dir / "media" / "film" / "0a"
    folder.mkdir(parents=True)
    (folder / "download-360.mp4").write_bytes(FILM)
    yield server.start(worker=False)
    server.stop()


def ask(server: Server, lines: ExitStack, head: str) -> socket.socket:
    """A line that takes almost nothing of what comes."""
    line = lines.enter_context(socket.socket())
    line.settimeout(60)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", server.port))
    line.sendall(f"{head}Host: 127.0.0.1:{server.port}\r\n\r\n".encode())
    return line


def test_a_page_answers_beside_more_slow_players_than_there_are_threads(server: Server) -> None:
    assert READERS > THREADS
    signer = URLSafeSerializer(server.env["SECRET_KEY"], salt="media")
    film = f"/media/{signer.dumps(['film/0a', int(time.time()) + 3600])}/download-360.mp4"
    with ExitStack() as lines:
        players = [
            ask(server, lines, f"GET {film} HTTP/1.1\r\nUser-Agent: Mozilla/5.0\r\nRange: bytes=0-\r\n")
            for _ in range(READERS)
        ]
        assert all(b"206 Partial" in player.recv(64) for player in players)
        began = time.monotonic()
        with urllib.request.urlopen(f"{server.base}/help", timeout=60) as page:
            assert page.status == 200
        assert time.monotonic() - began < 60
        got, said = b"", 0
        while not said or len(got) < said:
            got += players[0].recv(65536)
            head, _, body = got.partition(b"\r\n\r\n")
            said = len(head) + 4 + int(re.findall(rb"(?i)content-length: (\d+)", head)[0]) if body else 0
        assert got.partition(b"\r\n\r\n")[2] == FILM[: 512 * 1024]
