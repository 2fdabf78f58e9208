"""Slow lines hold a thread each; everybody else is still served. A film that comes in pieces is a whole one."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from itsdangerous import URLSafeSerializer
from playwright.sync_api import BrowserContext, Response

from media.delivery import IN_MEMORY, STRETCH
from media.processes import program
from tests.browser.server import Server

SLOW = 70
HEADERS = "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
NOISE = "nullsrc=s=640x360:r=25,geq=random(1)*255:128:128"  # No encoder makes it small.
CODED = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "9M", "-movflags", "+faststart"]
PLAY = "() => Object.assign(document.querySelector('video'), { muted: true, playbackRate: 4 }).play()"
SAVE = "(url) => Object.assign(document.createElement('a'), { href: url, download: '' }).click()"


@pytest.fixture
def film(server: Server) -> Iterator[tuple[str, bytes]]:
    """The address of a film that is longer than any segment, and its bytes."""
    path = server.data_dir / "media" / "slow" / "0a" / "download-360.mp4"
    path.parent.mkdir(parents=True)
    subprocess.run(
        [program("ffmpeg"), "-v", "error", "-f", "lavfi", "-i", NOISE, "-t", "12", *CODED, str(path)], check=True
    )
    token = URLSafeSerializer(server.env["SECRET_KEY"], salt="media").dumps(["slow/0a", int(time.time()) + 3600])
    yield f"{server.base}/media/{token}/download-360.mp4", path.read_bytes()
    path.unlink()


def test_bodies_that_never_end_do_not_stop_the_server(server: Server) -> None:
    with ExitStack() as opened:
        for _ in range(SLOW):
            line = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
            line.sendall(f"POST /sign-in HTTP/1.1\r\n{HEADERS}l".encode())
        for _ in range(3):
            with urllib.request.urlopen(f"{server.base}/healthz", timeout=60) as answer:
                assert answer.status == 200


def test_a_film_that_comes_in_pieces_plays_to_its_end_and_is_saved_whole(
    visit: Callable[..., BrowserContext], server: Server, film: tuple[str, bytes]
) -> None:
    address, content = film
    page = visit().new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address)
    page.evaluate(PLAY)
    page.wait_for_function("() => document.querySelector('video').ended", timeout=60_000)
    lengths = [int(answer.headers["content-length"]) for answer in answers if answer.status == 206]
    assert lengths[0] == STRETCH and max(lengths) <= IN_MEMORY < len(content)
    page.goto(f"{server.base}/sign-in")
    with page.expect_download() as saved:
        page.evaluate(SAVE, address)
    assert saved.value.path().read_bytes() == content
