"""What nginx makes of our answers, with the configuration of deploy/: ranges, headers, refusals, uploads."""

import gzip
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest
from itsdangerous import URLSafeSerializer

from tests.browser.server import Server
from tests.nginx import PROGRAM, nginx

FILM = bytes(range(256)) * 20_000
LIST = b"#EXTM3U\n" + b"#EXTINF:6.000000,\n240p.mp4\n" * 600
Ask = Callable[..., tuple[int, Message, bytes]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Our server as nginx's neighbour, with a film in its store."""
    if PROGRAM is None:
        if os.environ.get("CI"):
            pytest.fail("nginx must be installed under CI")
        pytest.skip("nginx is not installed")
    server = Server(
        tmp_path_factory.mktemp("nginx"), settings={"ACCEL_PREFIX": "/protected-media/", "TRUSTED_PROXIES": "1"}
    )
    server.flask("db", "upgrade")
    server.flask("user", "add", "studio", "--admin")
    folder = server.data_dir / "media" / "abc" / "def"
    folder.mkdir(parents=True)
    (folder / "240p.mp4").write_bytes(FILM)
    (folder / "240p.m3u8").write_bytes(LIST)
    (folder / "original").write_bytes(b"secret")
    server.start(worker=False)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def ask(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """`ask(path, method, body, **headers)` through nginx: status, headers, body."""
    with nginx(tmp_path_factory.mktemp("conf"), server.port, server.data_dir / "media") as base:

        def asked(
            path: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes | None = None
        ) -> tuple[int, Message, bytes]:
            request = urllib.request.Request(base + path, body, headers or {}, method=method)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as refusal:
                return refusal.code, refusal.headers, refusal.read()

        yield asked


def _path(server: Server, name: str = "240p.mp4", hours: float = 1) -> str:
    ends = int((datetime.now(UTC) + timedelta(hours=hours)).timestamp())
    return f"/media/{URLSafeSerializer(server.env['SECRET_KEY'], salt='media').dumps(['abc/def', ends])}/{name}"


def test_the_film_comes_from_nginx_with_our_headers(server: Server, ask: Ask) -> None:
    status, headers, body = ask(_path(server))
    assert (status, body) == (200, FILM) and str(headers["Server"]).startswith("nginx")
    assert headers["Content-Type"] == "video/mp4" and headers["Accept-Ranges"] == "bytes"
    assert headers["Cache-Control"] == "private, max-age=43200, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["ETag"].startswith('"') and headers["Vary"] is None and headers["Set-Cookie"] is None
    status, headers, body = ask(_path(server), method="HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(FILM)), b"")


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("0-0", 0, 0), ("100-199", 100, 199), ("5119990-", 5_119_990, 5_119_999),
                                 ("-10", 5_119_990, 5_119_999), ("0-99999999", 0, 5_119_999)],
)  # fmt: skip
def test_nginx_sends_the_range_that_is_asked_for(server: Server, ask: Ask, asked: str, first: int, last: int) -> None:
    status, headers, body = ask(_path(server), {"Range": f"bytes={asked}"})
    assert (status, body) == (206, FILM[first : last + 1])
    assert headers["Content-Range"] == f"bytes {first}-{last}/{len(FILM)}"


def test_conditions_hold_through_nginx(server: Server, ask: Ask) -> None:
    path = _path(server)
    tag = ask(path)[1]["ETag"]
    assert ask(path, {"If-None-Match": tag})[0] == 304
    assert ask(path, {"Range": "bytes=0-9", "If-Range": tag})[0] == 206
    assert ask(path, {"Range": "bytes=0-9", "If-Range": '"other"'})[0] == 200
    status, headers, _ = ask(path, {"Range": "bytes=9999999-"})
    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(FILM)}")


def test_nginx_packs_lists_and_leaves_films_alone(server: Server, ask: Ask) -> None:
    packed = {"Accept-Encoding": "gzip"}
    status, headers, body = ask(_path(server, "240p.m3u8"), packed)
    assert (status, headers["Content-Type"]) == (200, "application/vnd.apple.mpegurl")
    assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(body) == LIST and len(body) < len(LIST) / 7
    assert ask(_path(server, "240p.m3u8"), {**packed, "If-None-Match": headers["ETag"]})[0] == 304
    assert ask(_path(server), packed)[1]["Content-Encoding"] is None


def test_nobody_reaches_the_store_past_the_server(server: Server, ask: Ask) -> None:
    for path in ("/protected-media/abc/def/240p.mp4", "/protected-media/", "/protected-media/../240p.mp4"):
        assert ask(path)[0] == 404
    assert ask(_path(server, hours=-1))[0] == 404
    for name in ("original", "..%2f..%2fabc%2fdef%2f240p.mp4", "360p.mp4", ""):
        assert ask(_path(server, name))[0] == 404


def test_an_upload_goes_through_in_one_request_of_any_size(server: Server, ask: Ask) -> None:
    bearer = {"Authorization": "Bearer " + server.flask("user", "token", "studio").split()[-1]}
    tus = {**bearer, "Tus-Resumable": "1.0.0"}
    body = os.urandom(12_000_000)
    status, made, _ = ask("/api/v1/uploads", {**tus, "Upload-Length": str(len(body))}, "POST")
    assert status == 201
    path = "/api/v1/uploads" + made["Location"].rpartition("/api/v1/uploads")[2]
    bytes_ = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    assert ask(path, bytes_, "PATCH", body)[0] == 204
    (part,) = (server.data_dir / "uploads").iterdir()
    assert Path(part).read_bytes() == body
