"""Every kind of file of a recording keeps the rules of HTTP: type, freshness, validation, ranges, packing.

They are those of REDbot, which is asked too where it is installed (requirements/redbot.txt).
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime

import pytest
from itsdangerous import URLSafeSerializer

from media import playlist
from media.delivery import HOURS
from tests.browser.server import Server

FILM = bytes(range(256)) * 40
SLIDES = "WEBVTT\n\n" + "\n".join(f"00:{m:02}:00.000 --> 00:{m:02}:59.000\nslide-{m}.webp\n" for m in range(59))
LIST = playlist.media_playlist(
    playlist.Track(900, tuple(playlist.Segment(6.0, 20_000 + 7 * n % 900, 900 + n * 30_000) for n in range(600))),
    "240p.mp4",
)
FILES = {
    "240p.m3u8": (LIST.encode(), "application/vnd.apple.mpegurl"),
    "slides.vtt": (SLIDES.encode(), "text/vtt; charset=utf-8"),
    "240p.mp4": (FILM, "video/mp4"),
    "sound.m4a": (FILM, "audio/mp4"),
    "slide-1.webp": (FILM, "image/webp"),
    "poster.jpg": (FILM, "image/jpeg"),
}
LISTS = {"240p.m3u8", "slides.vtt"}
Ask = Callable[..., tuple[int, Message, bytes]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("files"))
    server.flask("db", "upgrade")
    folder = server.data_dir / "media" / "abc" / "def"
    folder.mkdir(parents=True)
    for name, (content, _) in FILES.items():
        (folder / name).write_bytes(content)
    server.start(worker=False)
    yield server
    server.stop()


@pytest.fixture
def ask(server: Server) -> Ask:
    """`ask(name, method, **headers)`: status, headers, body."""

    def asked(name: str, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        request = urllib.request.Request(_url(server, name), headers=named, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()

    return asked


def _url(server: Server, name: str) -> str:
    ends = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    token = URLSafeSerializer(server.env["SECRET_KEY"], salt="media").dumps(["abc/def", ends])
    return f"{server.base}/media/{token}/{name}"


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_it_is_and_how_long_it_is_good(ask: Ask, name: str) -> None:
    content, content_type = FILES[name]
    status, headers, body = ask(name)
    assert (status, body, headers.get_all("Content-Type")) == (200, content, [content_type])
    assert headers["Content-Length"] == str(len(content)) and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == f"private, max-age={HOURS * 3600}, immutable" and headers["Set-Cookie"] is None
    date, changed = (parsedate_to_datetime(headers[each]) for each in ("Date", "Last-Modified"))
    assert abs(datetime.now(UTC) - date) < timedelta(minutes=1) and changed <= date
    status, said, body = ask(name, "HEAD")
    kept = ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Accept-Ranges")
    assert (status, body) == (200, b"") and [said[each] for each in kept] == [headers[each] for each in kept]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packing", ["identity", "gzip"])
def test_a_file_that_is_here_already_does_not_come_again(ask: Ask, name: str, packing: str) -> None:
    _, headers, _ = ask(name, Accept_Encoding=packing)
    assert re.fullmatch(r'W/"[^"]+"' if name in LISTS else r'"[^"]+"', headers["ETag"])
    for condition in ({"If_None_Match": headers["ETag"]}, {"If_Modified_Since": headers["Last-Modified"]}):
        status, again, body = ask(name, Accept_Encoding=packing, **condition)
        assert (status, body, again["ETag"], again["Content-Length"]) == (304, b"", headers["ETag"], None)
        assert again["Cache-Control"] == headers["Cache-Control"]
    assert ask(name, If_None_Match='"other"')[0] == 200


@pytest.mark.parametrize("name", FILES)
def test_parts_come_of_films_and_pictures_and_lists_come_whole(ask: Ask, name: str) -> None:
    content, _ = FILES[name]
    whole = ask(name)[1]
    status, headers, body = ask(name, Range="bytes=100-299", Accept_Encoding="gzip")
    if name in LISTS:
        assert (status, whole["Accept-Ranges"], headers["Content-Range"]) == (200, "none", None)
        return
    assert (status, body, headers["Content-Range"]) == (206, content[100:300], f"bytes 100-299/{len(content)}")
    assert (whole["Accept-Ranges"], headers["ETag"], headers["Content-Encoding"]) == ("bytes", whole["ETag"], None)
    assert headers["Cache-Control"] == whole["Cache-Control"]
    assert ask(name, Range="bytes=0-9", If_Range=whole["ETag"])[0] == 206
    assert ask(name, Range="bytes=0-9", If_Range='"other"')[0] == 200
    status, headers, _ = ask(name, Range="bytes=999999-")
    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(content)}")


@pytest.mark.parametrize("name", FILES)
def test_lists_travel_packed_and_nothing_else_does(ask: Ask, name: str) -> None:
    content, _ = FILES[name]
    _, plain, _ = ask(name)
    status, headers, body = ask(name, Accept_Encoding="gzip")
    if name not in LISTS:
        assert (headers["Content-Encoding"], headers["ETag"], body) == (None, plain["ETag"], content)
        return
    assert (status, headers["Content-Encoding"], gzip.decompress(body)) == (200, "gzip", content)
    assert headers["Content-Length"] == str(len(body)) and len(body) < len(content) / 5
    assert "Accept-Encoding" in headers["Vary"] and "Accept-Encoding" in plain["Vary"]
    assert headers["ETag"] == plain["ETag"]  # Weak, so good for both.


@pytest.mark.parametrize("name", FILES)
def test_redbot_finds_no_fault(server: Server, name: str) -> None:
    if shutil.which("redbot") is None and not os.environ.get("CI"):
        pytest.skip("redbot is not installed")
    asking = ["redbot", "-o", "har", _url(server, name)]
    said = json.loads(subprocess.run(asking, capture_output=True, text=True, timeout=60, check=True).stdout)
    notes = [note for entry in said["log"]["entries"] for note in entry["_red_messages"]]
    faults = {note["note_id"] for note in notes if note["level"] not in {"GOOD", "INFO"}}
    assert notes and faults <= {"CONTENT_TYPE_MISMATCH"}  # These bytes are no pictures.
