"""Recordings by machine, and their bytes by signed links."""

import gzip
import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.config import Config
from media import actions, delivery, playlist, tokens, transcode
from media.models import Rendition, Version
from media.rules import Reason, State, ladder
from media.storage import LocalStorage
from tests.memory_storage import MemoryStorage
from tests.world import World

BROWSER = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36"
CONTENT = bytes(range(256)) * 4
FIELDS = {"id", "upload", "title", "state", "reason", "progress", "eta", "duration", "sha256", "renditions", "playlist",
          "sound", "poster", "thumbnails", "waits"}  # fmt: skip


@pytest.fixture
def ready(app: Flask, session: Session, house: World, tmp_path: Path) -> Version:
    """A version whose files lie in the store."""
    config: Config = app.config["HOUSE"]
    version = actions.create(session, house.admin, config, title="Module 1", size=1, now=datetime.now(UTC))
    version.state, version.duration, version.progress = State.READY, 12.5, 1.0
    version.shown_at = version.state_at
    version.key = f"{version.public_id}/0a"
    common = {"version_id": version.id, "bandwidth": 100, "average_bandwidth": 90, "codecs": "avc1"}
    storage = LocalStorage(config.data_dir / "media")
    for name in ("240p.mp4", "download-240.mp4", "sound.m4a", "sound.mp4", "master.m3u8"):
        (tmp_path / name).write_bytes(CONTENT)
        storage.put(f"{version.key}/{name}", tmp_path / name, "video/mp4")
    session.add(
        Rendition(name="240p", kind="video", width=426, height=240, bytes=len(CONTENT), key=f"{version.key}/240p.mp4",
                  download_key=f"{version.key}/download-240.mp4", download_bytes=len(CONTENT), **common)
    )  # fmt: skip
    session.add(Rendition(name="sound", kind="sound", bytes=9, key=f"{version.key}/sound.m4a", **common))
    session.commit()
    return version


@pytest.fixture
def shown(ready: Version, house: World, sign_in: Callable[[Any], FlaskClient]) -> dict[str, Any]:
    """What the API says of it."""
    answer = sign_in(house.admin).get(f"/api/v1/recordings/{ready.recording.public_id}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_recording_has_the_promised_fields(shown: dict[str, Any], ready: Version, client: FlaskClient) -> None:
    assert set(shown) == FIELDS
    assert (shown["id"], shown["upload"]) == (ready.recording.public_id, ready.public_id)
    assert (shown["state"], shown["duration"], shown["progress"]) == ("ready", 12.5, 1.0)
    picture, sound = shown["renditions"]
    assert set(picture) == {"name", "kind", "width", "height", "bytes", "url"}
    assert (picture["kind"], sound["kind"]) == ("video", "sound")
    assert len(client.get(picture["url"]).data) == picture["bytes"]
    assert client.get(shown["playlist"]).mimetype == "application/vnd.apple.mpegurl"
    assert client.get(picture["url"]).mimetype == "video/mp4"
    for sound_url in (shown["sound"], shown["sound"].replace(".m4a", ".mp4")):  # Neither holds a picture.
        assert client.get(sound_url).mimetype == "audio/mp4"


def test_a_failure_comes_with_its_sentence(
    ready: Version, house: World, session: Session, sign_in: Callable[[Any], FlaskClient]
) -> None:
    ready.state, ready.reason = State.FAILED, Reason.NOT_A_RECORDING
    session.commit()
    found = sign_in(house.admin).get(f"/api/v1/recordings/{ready.recording.public_id}").get_json()
    assert found["state"] == "failed" and len(found["reason"].split()) > 4


def test_the_list_comes_in_pages(
    app: Flask, house: World, session: Session, sign_in: Callable[[Any], FlaskClient]
) -> None:
    for number in range(23):
        actions.create(session, house.admin, app.config["HOUSE"], title=str(number), size=1, now=datetime.now(UTC))
    session.commit()
    client = sign_in(house.admin)
    found = client.get("/api/v1/recordings?page=2").get_json()
    assert (found["page"], found["pages"], found["total"], len(found["items"])) == (2, 2, 23, 3)
    assert client.get("/api/v1/recordings?page=0").status_code == 422


def test_only_administrators_see_recordings_by_the_api(
    ready: Version, house: World, client: FlaskClient, sign_in: Callable[[Any], FlaskClient]
) -> None:
    url = f"/api/v1/recordings/{ready.recording.public_id}"
    assert client.get(url).status_code == 401
    assert sign_in(house.trainer).get(url).status_code == 403
    assert sign_in(house.admin).get("/api/v1/recordings/nothing").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "content", "said"),
    [
        ("bytes=0-9", 206, CONTENT[:10], "bytes 0-9/1024"),
        ("bytes=1000-", 206, CONTENT[1000:], "bytes 1000-1023/1024"),
        ("bytes=-24", 206, CONTENT[1000:], "bytes 1000-1023/1024"),
        ("bytes=0-99999", 206, CONTENT, "bytes 0-1023/1024"),
        ("bytes=5000-", 416, None, "bytes */1024"),
        (f"bytes={'9' * 5000}-", 200, CONTENT, None),
        (f"bytes=0-{'9' * 5000}", 200, CONTENT, None),
        ("bytes=0-1,5-6", 200, CONTENT, None),
        ("nonsense", 200, CONTENT, None),
    ],
)
def test_a_player_gets_the_bytes_it_asks_for(
    shown: dict[str, Any], client: FlaskClient, asked: str, status: int, content: bytes | None, said: str | None
) -> None:
    answer = client.get(shown["renditions"][0]["url"], headers={"Range": asked})
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, said)
    if content is not None:
        assert answer.data == content
        assert "private" in answer.headers["Cache-Control"]
        assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "says", "length"),
    [
        ("bytes=0-", None, 20 * delivery.STRETCH),
        ("bytes=7-", "video", delivery.STRETCH),
        ("bytes=7-", "document", 20 * delivery.STRETCH - 7),  # a download that goes on
        (f"bytes=7-{20 * delivery.STRETCH - 1}", "document", 20 * delivery.STRETCH - 7),
        (f"bytes=7-{20 * delivery.STRETCH - 1}", BROWSER, delivery.STRETCH),  # a player that has the beginning already
        ("bytes=0-", BROWSER, delivery.STRETCH),
        ("bytes=0-", "AppleCoreMedia/1.0.0.20A362", delivery.STRETCH),
        ("bytes=3001-", "curl/8.5.0", 20 * delivery.STRETCH - 3001),  # it goes on, and does not ask twice
        (f"bytes=7-{6 + delivery.IN_MEMORY}", "video", delivery.IN_MEMORY),
        (f"bytes=7-{7 + delivery.IN_MEMORY}", "video", delivery.STRETCH),
        (f"bytes=7-{7 + delivery.IN_MEMORY}", "audio", delivery.STRETCH),
        (f"bytes=7-{7 + delivery.IN_MEMORY}", "empty", delivery.IN_MEMORY + 1),  # a stream that a script reads
        ("bytes=0-8000000", "curl/8.5.0", 8_000_001),
        ("bytes=0-9000000", None, 9_000_001),
        (f"bytes=0-{delivery.IN_MEMORY - 1}", BROWSER, delivery.IN_MEMORY),  # a segment of a stream is whole
        (f"bytes=0-{delivery.IN_MEMORY}", BROWSER, delivery.STRETCH),
        (f"bytes={20 * delivery.STRETCH - 5}-", None, 5),
        (None, None, 20 * delivery.STRETCH),
    ],
)
def test_a_player_that_asks_for_all_the_rest_gets_a_stretch(
    app: Flask, ready: Version, shown: dict[str, Any], client: FlaskClient, asked: str | None, says: str | None,
    length: int,
) -> None:  # fmt: skip
    made = shown["renditions"][0]
    content = random.Random(3).randbytes(20 * delivery.STRETCH)
    (app.config["HOUSE"].data_dir / "media" / ready.key / made["url"].rpartition("/")[2]).write_bytes(content)
    headers = {"Range": asked} if asked else {}
    if says:
        headers["User-Agent" if "/" in says else "Sec-Fetch-Dest"] = says
    answer = client.get(made["url"], headers=headers)
    start = int(re.findall(r"\d+", asked)[0]) if asked else 0
    assert (answer.status_code, answer.data == content[start : start + length]) == (206 if asked else 200, True)
    assert answer.headers["Content-Length"] == str(length)


@pytest.mark.parametrize(
    ("name", "method", "asked", "in_memory"),
    [
        ("film.mp4", "GET", f"bytes=0-{delivery.IN_MEMORY - 1}", True),
        ("film.mp4", "GET", f"bytes=0-{delivery.IN_MEMORY}", False),
        ("film.mp4", "GET", None, False),
        ("film.mp4", "HEAD", "bytes=0-9", False),
        ("240p.mp4", "GET", None, True),
        ("240p.mp4", "HEAD", None, False),
    ],
)
def test_a_part_waits_for_a_slow_line_in_memory_and_more_than_that_never_does(
    app: Flask, ready: Version, name: str, method: str, asked: str | None, in_memory: bool
) -> None:
    assert ready.key is not None
    (app.config["HOUSE"].data_dir / "media" / ready.key / "film.mp4").write_bytes(bytes(delivery.IN_MEMORY + 9))
    assert delivery.IN_MEMORY * 256 <= 512 * 1024**2, "what as many lines as there are threads may take"
    with app.test_request_context(method=method, headers={"Range": asked, "Sec-Fetch-Dest": "empty"} if asked else {}):
        answer = delivery.deliver(tokens.signed(ready.key, None, datetime.now(UTC)), name)
    assert (answer.is_sequence, answer.direct_passthrough) == (in_memory, not in_memory)
    answer.close()


def test_no_part_of_a_stream_is_longer_than_what_fits_into_memory() -> None:
    seconds = 2 * transcode.SEGMENT_SECONDS + 2  # A key frame may come late; the encoder has two seconds in hand.
    heaviest = max(rung.cap_kbits for rung in ladder(1920, 1080, 25.0)) + 128  # with its sound
    assert heaviest * 1000 / 8 * seconds < delivery.IN_MEMORY


@pytest.mark.parametrize(
    ("header", "dest", "whole"),
    [("If-Range", None, True), ("If-Match", None, True), ("If-Range", "empty", True), ("If-Range", "video", False)],
)
def test_a_download_that_goes_on_gets_all_the_rest_on_a_plain_line_too(
    app: Flask, ready: Version, shown: dict[str, Any], client: FlaskClient, header: str, dest: str | None, whole: bool
) -> None:
    url = shown["renditions"][0]["url"]
    folder = app.config["HOUSE"].data_dir / "media" / str(ready.key)
    (folder / url.rpartition("/")[2]).write_bytes(bytes(2 * delivery.STRETCH))
    headers = {
        "Range": "bytes=9-",
        "User-Agent": BROWSER,
        header: client.get(url).headers["ETag"],
        **({"Sec-Fetch-Dest": dest} if dest else {}),
    }
    answer = client.get(url, headers=headers)
    assert (answer.status_code, len(answer.data)) == (206, 2 * delivery.STRETCH - 9 if whole else delivery.STRETCH)


def test_a_range_of_a_changed_file_gets_the_whole_and_a_known_one_nothing(
    shown: dict[str, Any], client: FlaskClient
) -> None:
    url = shown["renditions"][0]["url"]
    tag = client.get(url).headers["ETag"]
    kept = client.get(url, headers={"Range": "bytes=0-9", "If-Range": tag})
    changed = client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (kept.status_code, changed.status_code) == (206, 200)
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    head = client.head(url)
    assert (head.status_code, head.headers["Content-Length"], head.data) == (200, "1024", b"")


def test_what_a_browser_keeps_does_not_depend_on_its_cookies(shown: dict[str, Any], client: FlaskClient) -> None:
    with client.session_transaction() as kept:
        kept["language"] = "en"
    headers = client.get(shown["renditions"][0]["url"]).headers
    assert "immutable" in headers["Cache-Control"]
    assert "Cookie" not in headers.get("Vary", "") and "Set-Cookie" not in headers
    assert "Cookie" in client.get("/sign-in").headers["Vary"]
    refused = client.get(shown["playlist"].replace("m3u8", "mp4"))
    assert refused.status_code == 404 and "immutable" not in refused.headers["Cache-Control"]


def test_a_range_past_the_end_says_how_long_the_file_is(shown: dict[str, Any], client: FlaskClient) -> None:
    answer = client.get(shown["renditions"][0]["url"], headers={"Range": "bytes=5000-"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */1024")


def test_a_token_opens_the_files_of_its_own_version_only(
    app: Flask, ready: Version, shown: dict[str, Any], client: FlaskClient
) -> None:
    token = shown["playlist"].rpartition("/")[0]
    media = app.config["HOUSE"].data_dir / "media"
    for other in ("another/made", f"{ready.public_id}/other"):
        (media / other).mkdir(parents=True, exist_ok=True)
        (media / other / "240p.mp4").write_bytes(b"other")
    for name in (
        "",
        ".",
        "../",
        "..%2f..%2fanother%2fmade%2f240p.mp4",
        "%2e%2e/other/240p.mp4",
        "another/made/240p.mp4",
    ):
        assert client.get(f"{token}/{name}", follow_redirects=True).data != b"other"
    assert client.get(token).status_code in {308, 404} and client.get("/media").status_code == 404


def test_a_link_ends_and_cannot_be_forged(ready: Version, shown: dict[str, Any], client: FlaskClient) -> None:
    url = shown["renditions"][0]["url"]
    assert client.get(url).status_code == 200
    now = datetime.now(UTC)
    with time_machine.travel(now + timedelta(hours=tokens.KEEPERS_HOURS + 2)):
        assert client.get(url).status_code == 404
    long = tokens.signed(str(ready.key), None, now, lasts=3 * tokens.HOUR)
    for later, status in ((4, 200), (5.1, 404)):  # Who plays three hours in one go is not stopped, nor served for days.
        with time_machine.travel(now + timedelta(hours=later)):
            assert client.get(f"/media/{long}/{name_of(url)}").status_code == status
    token, _, name = url.rpartition("/")
    signed, _, signature = token.rpartition(".")
    assert (
        client.get(f"{signed}.{signature[:5]}{'b' if signature[5] == 'a' else 'a'}{signature[6:]}/{name}").status_code
        == 404
    )
    for other in ("original", "..", "%2e%2e%2foriginal", "240p.mp4.part", "captions-fr.vtt", ".."):
        assert client.get(f"{token}/{other}").status_code in {404, 308}


def name_of(url: str) -> str:
    """The file at the end of an address."""
    return url.rpartition("/")[2]


def test_what_is_archived_is_to_be_had_no_longer_by_an_older_address(
    ready: Version, shown: dict[str, Any], house: World, session: Session, client: FlaskClient,
    sign_in: Callable[[Any], FlaskClient], statements: Callable[..., int],
) -> None:  # fmt: skip
    playing, part = shown["playlist"], shown["renditions"][0]["url"]
    assert client.get(playing).status_code == client.get(part).status_code == 200
    assert statements(lambda: client.get(part)) == 0, "the parts of a stream ask the database nothing"
    actions.archive(session, ready.recording, house.admin, datetime.now(UTC))
    session.commit()
    assert client.get(playing).status_code == 404, "at once"
    assert client.get(part).status_code == 404
    admin, api = sign_in(house.admin), f"/api/v1/recordings/{ready.recording.public_id}"
    assert client.get(admin.get(api).get_json()["playlist"]).status_code == 200, (
        "who asks anew may see it or is refused"
    )
    actions.restore(session, ready.recording, house.admin, datetime.now(UTC))
    session.commit()
    assert client.get(playing).status_code == 200


def test_another_process_hears_of_it_within_seconds(
    ready: Version, shown: dict[str, Any], house: World, session: Session, client: FlaskClient
) -> None:
    part = shown["renditions"][0]["url"]
    assert client.get(part).status_code == 200
    actions.archive(session, ready.recording, house.admin, datetime.now(UTC))
    session.commit()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=tokens.SURE_SECONDS + 1)):
        assert client.get(part).status_code == 404


def test_nginx_delivers_where_it_is_told_to(app: Flask, ready: Version, shown: dict[str, Any]) -> None:
    before: Config = app.config["HOUSE"]
    app.config["HOUSE"] = replace(before, accel_prefix="/protected/")
    try:
        answer = app.test_client().get(shown["renditions"][0]["url"])
    finally:
        app.config["HOUSE"] = before
    assert answer.headers["X-Accel-Redirect"] == f"/protected/{ready.key}/240p.mp4"
    assert (answer.data, answer.mimetype) == (b"", "video/mp4")


def test_an_object_store_delivers_by_links_in_the_playlist(
    shown: dict[str, Any], ready: Version, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Store(MemoryStorage):
        def link(self, key: str, expires: int) -> str | None:
            return f"https://store.example/{key}?signed"

    store = Store()
    monkeypatch.setattr(delivery, "storage_for", lambda config: store)
    made = tmp_path / "made"
    track = playlist.Track(1000, tuple(playlist.Segment(6.0, 10, 1000 + 10 * n) for n in range(9)))
    made.write_text(playlist.media_playlist(track, "240p.mp4"))
    store.put(f"{ready.key}/240p.m3u8", made, playlist.MIME)
    token, _, _ = shown["playlist"].rpartition("/")
    answer = client.get(f"{token}/240p.m3u8")
    packed = client.get(f"{token}/240p.m3u8", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == answer.data
    signed = f"https://store.example/{ready.key}/240p.mp4?signed"
    assert answer.get_data(as_text=True).count(signed) == 10
    assert f'#EXT-X-MAP:URI="{signed}",BYTERANGE="1000@0"' in answer.get_data(as_text=True)
    assert client.get(f"{token}/sound.m4a").headers["Location"] == f"https://store.example/{ready.key}/sound.m4a?signed"
    assert client.get(f"{token}/360p.m3u8").status_code == 404


def test_recordings_and_uploads_are_described(client: FlaskClient) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").data)["paths"]
    assert {"/api/v1/recordings", "/api/v1/recordings/{public_id}", "/api/v1/uploads"} <= set(described)
