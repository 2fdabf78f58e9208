"""Uploads by tus: what arrives stays, what must not travel is refused, and two writers do not mix."""

import base64
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.http import parse_date

from app import jobs
from app.config import Config
from app.db import db
from app.people.models import Administrator, Person
from app.web.limits import LARGEST_BODY
from media import actions, holds, leftovers, room, tus, uploads
from media.models import Recording, RecordingAct, Version
from media.rules import Act, State
from tests.api.sending import BYTES, TUS, URL, Machine
from tests.browser.server import Server
from tests.world import World

TOOL = "mini_hurl.py"


def test_the_record_is_saved_before_the_file_and_the_bell_rings_at_the_end(
    app: Flask, admin: Machine, session: Session
) -> None:
    made = admin.create(10, title="Module 5", filename="../../x.mp4")
    url = made.headers["Location"]
    assert (made.status_code, url.startswith("http")) == (201, True)
    recording, version = _only(session, Recording), _only(session)
    assert (recording.title, version.state, version.size) == ("Module 5", State.UPLOADING, 10)
    assert url.endswith(f"{URL}/{version.public_id}")
    assert admin.append(url, 0, b"01234").headers["Upload-Offset"] == "5"
    head = admin.send("HEAD", url, TUS)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("5", "10")
    assert "no-store" in head.headers["Cache-Control"] and "filename" in head.headers["Upload-Metadata"]
    before = jobs.queue().huey.pending_count()
    assert admin.append(url, 5, b"56789").status_code == 204
    assert jobs.queue().huey.pending_count() == before + 1
    version = _only(session)
    assert (version.state, version.received) == (State.RECEIVED, 10)
    assert uploads.part(app.config["HOUSE"], version.public_id).read_bytes() == b"0123456789"


def test_a_cut_request_keeps_what_arrived(app: Flask, admin: Machine, session: Session) -> None:
    url = admin.create(100).headers["Location"]
    admin.append(url, 0, b"x" * 30, **{"Content-Length": "100"})
    assert admin.send("HEAD", url, TUS).headers["Upload-Offset"] == "30"
    assert admin.append(url, 0, b"y" * 10).status_code == 409
    assert admin.append(url, 30, b"z" * 70).status_code == 204
    version = _only(session)
    assert uploads.part(app.config["HOUSE"], version.public_id).read_bytes() == b"x" * 30 + b"z" * 70


def test_bytes_that_a_killed_server_had_written_count(app: Flask, admin: Machine, session: Session) -> None:
    url = admin.create(20).headers["Location"]
    version = _only(session)
    uploads.part(app.config["HOUSE"], version.public_id).write_bytes(b"a" * 15)
    assert admin.send("HEAD", url, TUS).headers["Upload-Offset"] == "15"
    assert admin.append(url, 15, b"b" * 5).headers["Upload-Offset"] == "20"


def test_too_large_is_refused_before_the_bytes_travel(
    admin: Machine, session: Session, limited: Callable[..., None]
) -> None:
    limited(max_upload_bytes=1000)
    refused = admin.create(1001)
    assert (refused.status_code, refused.headers["Tus-Max-Size"]) == (413, "1000")
    assert refused.mimetype == "application/problem+json"
    assert session.scalar(select(func.count()).select_from(Recording)) == 0
    session.rollback()
    url = admin.send("POST", URL, {**TUS, "Upload-Defer-Length": "1"}).headers["Location"]
    assert admin.append(url, 0, b"x", **{"Upload-Length": "1001"}).status_code == 413
    assert admin.append(url, 0, b"x" * 1001).status_code == 413


def test_a_disk_that_would_fill_refuses_and_counts_what_was_promised(
    app: Flask, admin: Machine, session: Session, limited: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: type("U", (), {"free": 10_000})())
    limited(free_space_bytes=1000)
    assert admin.create(6000).status_code == 201
    refused = admin.create(4000)
    assert (refused.status_code, refused.mimetype) == (507, "application/problem+json")
    assert admin.create(3000).status_code == 201


def _disk(monkeypatch: pytest.MonkeyPatch, config: Config, size: int) -> None:
    """A disk of this size for the uploads of this test."""
    folder = uploads.part(config, "x").parent

    def used() -> int:
        return sum(file.stat().st_size for file in folder.glob("*.part"))

    def usage(_folder: Any) -> Any:
        return type("U", (), {"free": size + before - used()})()

    before = used()

    monkeypatch.setattr(room.shutil, "disk_usage", usage)


def _chunked(admin: Machine, url: str, offset: int, body: bytes) -> Any:
    """Bytes whose number no header tells."""
    headers = {**admin.bearer, **BYTES, "Upload-Offset": str(offset), "Transfer-Encoding": "chunked"}
    return admin.client.open(url, method="PATCH", headers=headers, input_stream=io.BytesIO(body))


def test_a_length_that_comes_later_does_not_pass_the_reserve(
    app: Flask, admin: Machine, limited: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(free_space_bytes=2_000_000)
    _disk(monkeypatch, app.config["HOUSE"], 20_000_000)
    promised = admin.create(6_000_000).headers["Location"]
    url = admin.send("POST", URL, {**TUS, "Upload-Defer-Length": "1"}).headers["Location"]
    assert admin.append(url, 0, bytes(13_000_000)).status_code == 507, "six of eighteen are promised to another"
    assert admin.send("HEAD", url, TUS).headers["Upload-Offset"] == "0"
    cut = _chunked(admin, url, 0, bytes(16_000_000))
    assert (cut.status_code, cut.mimetype) == (507, "application/problem+json")
    assert int(cut.headers["Upload-Offset"]) <= 12_000_000
    assert admin.append(promised, 0, bytes(6_000_000)).status_code == 204, "what was promised has its room"


def test_bytes_that_are_on_the_disk_are_not_counted_twice(
    app: Flask, admin: Machine, session: Session, limited: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(free_space_bytes=1000)
    _disk(monkeypatch, app.config["HOUSE"], 10_000)
    admin.create(6000)
    uploads.part(app.config["HOUSE"], _only(session).public_id).write_bytes(bytes(5000))  # Its request goes on.
    assert admin.create(3000).status_code == 201
    assert admin.create(1).status_code == 507


def test_more_bytes_than_the_file_has_are_refused_without_a_length_too(admin: Machine, session: Session) -> None:
    url = admin.create(10).headers["Location"]
    assert _chunked(admin, url, 0, b"01234").status_code == 204
    refused = _chunked(admin, url, 5, b"567890")
    assert (refused.status_code, refused.headers["Upload-Offset"]) == (413, "5")
    assert _chunked(admin, url, 5, b"56789").status_code == 204
    assert _only(session).state is State.RECEIVED


def test_one_person_sends_four_files_at_once_and_the_fifth_waits(
    app: Flask, house: World, admin: Machine, session: Session
) -> None:
    url = admin.create(10).headers["Location"]
    config, person = app.config["HOUSE"], house.admin.id
    session.rollback()
    with ExitStack() as lines:
        for _ in range(room.AT_ONCE):
            lines.enter_context(room.line(config, person, datetime.now(UTC)))
        refused = admin.append(url, 0, b"01234")
        assert (refused.status_code, refused.mimetype) == (423, "application/problem+json")
        with room.line(config, person + 1, datetime.now(UTC)):
            pass
    assert admin.append(url, 0, b"01234").status_code == 204


def test_two_writers_at_once_do_not_mix(app: Flask, admin: Machine, session: Session) -> None:
    url = admin.create(10).headers["Location"]
    version = _only(session)
    with uploads.locked(app.config["HOUSE"], version.public_id, datetime.now(UTC)):
        assert admin.append(url, 0, b"12345").status_code == 423
        assert admin.send("HEAD", url, TUS).headers["Upload-Offset"] == "0"
    assert admin.append(url, 0, b"12345").status_code == 204


def test_a_line_that_fell_silent_gives_its_file_to_the_next_and_writes_nothing_more(
    app: Flask, house: World, admin: Machine, session: Session
) -> None:
    url = admin.create(10).headers["Location"]
    config, public_id, person = app.config["HOUSE"], _only(session).public_id, house.admin.id
    session.rollback()
    with ExitStack() as lines:
        silent = [lines.enter_context(room.line(config, person, datetime.now(UTC))) for _ in range(room.AT_ONCE)]
        opened, hold = lines.enter_context(uploads.locked(config, public_id, datetime.now(UTC)))
        assert uploads.append(opened, holds.beating(iter([b"01"]), silent[0], hold), 10) == 2
        assert admin.append(url, 2, b"23456789").status_code == 423
        _still(config, holds.STILL_SECONDS + 1)
        assert admin.append(url, 2, b"23456").status_code == 204
        with pytest.raises(holds.Busy):
            uploads.append(opened, holds.beating(iter([b"xx"]), silent[-1], hold), 8)
    assert admin.append(url, 7, b"789").status_code == 204
    assert uploads.part(config, public_id).read_bytes() == b"0123456789"
    assert not (config.data_dir / "lines" / f"upload-{public_id}").exists()


def test_a_title_that_comes_with_resumed_bytes_is_kept_once(admin: Machine, session: Session) -> None:
    url = admin.create(6, title="As it was", print="ab").headers["Location"]
    told = {"Upload-Metadata": "title " + base64.b64encode("Étape 2".encode()).decode()}
    assert admin.append(url, 0, b"01", **told).status_code == 204
    assert _only(session, Recording).title == "Étape 2"
    session.execute(update(Recording).values(title="By somebody else"))
    session.commit()
    assert admin.append(url, 2, b"23", **told).status_code == 204
    wrong = {"Upload-Metadata": "title " + base64.b64encode(b"x" * 301).decode()}
    assert admin.append(url, 4, b"45", **wrong).status_code == 422
    assert admin.append(url, 4, b"45").status_code == 204
    assert _only(session, Recording).title == "By somebody else"
    assert tus.named(_only(session).upload_metadata) == {"title": "Étape 2", "print": "ab"}


def test_more_than_was_announced_is_refused(admin: Machine) -> None:
    url = admin.create(5).headers["Location"]
    assert admin.append(url, 0, b"123456").status_code == 413
    assert admin.append(url, 0, b"12345").status_code == 204
    assert admin.append(url, 5, b"6").status_code == 413


@pytest.mark.parametrize("door", ["token", "session"])
def test_one_request_may_bring_more_than_a_form(
    app: Flask, admin: Machine, session: Session, house: World, sign_in: Callable[[Any], FlaskClient], door: str
) -> None:
    body = bytes(LARGEST_BODY + 1)
    if door == "session":
        admin = Machine(sign_in(house.admin), "")
        page = admin.client.get("/recordings").get_data(as_text=True)
        admin.bearer = {"X-CSRFToken": re.findall(r'data-csrf="([^"]+)"', page)[0]}
    url = admin.create(2 * len(body)).headers["Location"]
    assert admin.append(url, 0, body).status_code == 204
    assert admin.create(len(body), body).status_code == 201
    assert sorted(session.scalars(select(Version.received))) == [len(body)] * 2


def test_a_terminated_upload_is_gone(app: Flask, admin: Machine, session: Session) -> None:
    url = admin.create(5).headers["Location"]
    assert admin.send("DELETE", url, TUS).status_code == 204
    assert admin.send("HEAD", url, TUS).status_code == 404
    assert admin.append(url, 0, b"12345").status_code == 410
    version = _only(session)
    assert version.state is State.CANCELLED
    assert uploads.offset(app.config["HOUSE"], version.public_id) is None
    act = session.scalars(select(RecordingAct)).one()
    assert (act.act, act.version_id, act.by_id) == (Act.CANCELLED, version.id, version.created_by_id)


def test_who_cancels_while_bytes_arrive_is_not_overruled_by_the_last_of_them(
    app: Flask, admin: Machine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = admin.create(10).headers["Location"]
    write = uploads.append

    def cancelled(opened: Any, body: uploads.Blocks, limit: int) -> int:
        written = write(opened, body, limit)
        with db.sessionmaker.begin() as other:
            row = other.scalars(select(Version)).one()
            actions.cancel(other, app.config["HOUSE"], row, None, datetime.now(UTC))
        return written

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(uploads, "append", cancelled)
        assert admin.append(url, 0, b"0123456789").status_code == 410
    assert _only(session).state is State.CANCELLED
    assert uploads.offset(app.config["HOUSE"], _only(session).public_id) is None
    assert admin.append(url, 0, b"0123456789").status_code == 410


def test_the_end_that_is_announced_is_the_one_that_comes(app: Flask, admin: Machine, session: Session) -> None:
    url = admin.create(10).headers["Location"]
    session.execute(update(Version).values(state_at=datetime.now(UTC) - timedelta(days=6)))
    session.commit()
    announced = parse_date(admin.send("HEAD", url, TUS).headers["Upload-Expires"])
    assert announced is not None and timedelta(hours=23) < announced - datetime.now(UTC) < timedelta(hours=25)
    leftovers.finish_uploads(session, announced - timedelta(seconds=5))
    session.commit()
    assert _only(session).state is State.UPLOADING
    leftovers.finish_uploads(session, announced + timedelta(seconds=5))
    session.commit()
    assert _only(session).state is State.CANCELLED
    again = admin.create(10).headers["Location"]
    newer = parse_date(admin.append(again, 0, b"01234").headers["Upload-Expires"])
    assert newer is not None and newer - datetime.now(UTC) > timedelta(days=6, hours=23), "bytes put it off"


def test_a_second_file_becomes_a_version_of_the_same_recording(admin: Machine, session: Session) -> None:
    admin.create(5, title="Module 3")
    recording = _only(session, Recording)
    assert admin.create(6, recording=recording.public_id).status_code == 201
    assert admin.create(6, recording="nothing").status_code == 404
    assert session.scalars(select(Version.number).order_by(Version.number)).all() == [1, 2]
    assert session.scalar(select(func.count()).select_from(Recording)) == 1


def test_one_finds_ones_own_unfinished_upload_by_what_is_in_the_file(
    app: Flask, admin: Machine, house: World, session: Session
) -> None:
    admin.create(10, b"12345", filename="film.mp4", title="Module 1", print="a1")
    admin.create(10, b"123", filename="film.mp4", title="Module 3", print="b2")
    admin.create(3, b"123", filename="film.mp4", title="Whole", print="a1")
    actions.create(session, house.trainer, app.config["HOUSE"], title="Of another", size=10, now=datetime.now(UTC))
    session.commit()
    found = admin.send("GET", f"{URL}?size=10&print=a1", {}).json["items"]
    assert [(one["title"], one["offset"], one["print"]) for one in found] == [("Module 1", 5, "a1")]
    assert [one["title"] for one in admin.send("GET", URL, {}).json["items"]] == ["Module 3", "Module 1"]
    assert admin.send("GET", f"{URL}?size=11&print=a1", {}).json["items"] == []
    assert admin.send("GET", f"{URL}?size=ten", {}).status_code == 422


def test_a_file_that_is_announced_again_after_a_lost_answer_has_one_record(
    admin: Machine, house: World, token_of: Callable[[Person], str], client: FlaskClient, session: Session
) -> None:
    told = {"filename": "film.mp4", "title": "Module 1", "print": "a1"}
    first = admin.create(10, **told).headers["Location"]
    assert admin.create(10, **told).headers["Location"] == first
    assert session.scalar(select(func.count()).select_from(Recording)) == 1
    session.add(Administrator(person_id=house.trainer.id, at=datetime.now(UTC)))
    session.commit()
    others = Machine(client, token_of(house.trainer)).create(10, **told).headers["Location"]
    another = [
        admin.create(11, **told),
        admin.create(10, **told | {"print": "b2"}),
        admin.create(10, **told | {"title": "2"}),
    ]
    assert len({first, others, *(answer.headers["Location"] for answer in another)}) == 5
    assert admin.append(first, 0, b"01234").status_code == 204
    assert admin.create(10, **told).headers["Location"] != first
    unprinted = [admin.create(10, title="Module 2").headers["Location"] for _ in range(2)]
    assert len(set(unprinted)) == 2


def test_only_administrators_send_files(
    app: Flask, house: World, admin: Machine, token_of: Callable[[Person], str]
) -> None:
    url = admin.create(5).headers["Location"]
    for person in (house.learner, house.trainer):
        other = Machine(app.test_client(), token_of(person))
        assert other.create(5).status_code == 403
        assert other.append(url, 0, b"1").status_code == 403
        assert other.send("HEAD", url, TUS).status_code == 403
    nobody = app.test_client()
    assert nobody.post(URL, headers={**TUS, "Upload-Length": "5"}).status_code == 401


def test_a_session_needs_the_csrf_header(app: Flask, house: World, sign_in: Callable[[Any], FlaskClient]) -> None:
    client = sign_in(house.admin)
    headers = {**TUS, "Upload-Length": "5"}
    assert client.post(URL, headers=headers).status_code == 400
    found = re.search(r'data-csrf="([^"]+)"', client.get("/recordings").get_data(as_text=True))
    assert found
    assert client.post(URL, headers={**headers, "X-CSRFToken": found[1]}).status_code == 201


def _still(config: Config, seconds: float) -> None:
    """Let every line have been silent for so long."""
    for file in (config.data_dir / "lines").iterdir():
        os.utime(file, (time.time() - seconds,) * 2)


def _only(session: Session, table: Any = Version) -> Any:
    """The one row of a table as it is now, without keeping a transaction open."""
    session.rollback()
    row = session.scalars(select(table)).one()
    session.expunge(row)
    session.rollback()
    return row


@pytest.mark.shared
def test_the_conformance_cases_of_tus_pass(shared_data: Path, tmp_path: Path) -> None:
    tool = shared_data.parent / "tools" / TOOL
    if not tool.is_file():
        pytest.skip(f"{TOOL} is not here")
    server = Server(tmp_path / "data")
    server.flask("db", "upgrade")
    server.flask("user", "add", "studio", "--admin")
    token = server.flask("user", "token", "studio").split()[-1]
    server.start(worker=False)
    try:
        done = subprocess.run(
            [sys.executable, str(tool), f"{server.base}{URL}", str(shared_data / "tus"),
             "-H", f"Authorization: Bearer {token}"],
            capture_output=True, text=True, timeout=300, env=os.environ,
        )  # fmt: skip
    finally:
        server.stop()
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert not failed, failed[:5]
    assert done.stdout.splitlines()[-1] == "81 passed, 0 failed"


@pytest.fixture
def deferred(admin: Machine) -> str:
    """An upload whose length is not told yet, with its first ten bytes."""
    url: str = admin.send("POST", URL, {**TUS, "Upload-Defer-Length": "1"}).headers["Location"]
    assert admin.append(url, 0, b"0123456789").status_code == 204
    return url


@pytest.mark.parametrize(
    ("offset", "body", "size", "status"),
    [(10, b"", "5", 400), (10, b"56789", "5", 400), (3, b"x", "20", 409), (10, b"x" * 11, "20", 413)],
)
def test_a_wrong_length_that_is_told_late_is_not_kept(
    admin: Machine, deferred: str, offset: int, body: bytes, size: str, status: int
) -> None:
    assert admin.append(deferred, offset, body, **{"Upload-Length": size}).status_code == status
    head = admin.send("HEAD", deferred, TUS).headers
    assert (head["Upload-Offset"], head["Upload-Defer-Length"]) == ("10", "1") and "Upload-Length" not in head
    assert admin.append(deferred, 10, b"abcde", **{"Upload-Length": "15"}).status_code == 204


def test_a_length_that_is_told_late_stays_with_the_bytes_that_came(admin: Machine, deferred: str) -> None:
    assert admin.append(deferred, 10, b"abc", **{"Upload-Length": "15"}).status_code == 204
    assert admin.send("HEAD", deferred, TUS).headers["Upload-Length"] == "15"
    assert admin.append(deferred, 13, b"de", **{"Upload-Length": "16"}).status_code == 400
    assert admin.append(deferred, 13, b"de").status_code == 204


def test_metadata_holds_no_null_character(admin: Machine, session: Session) -> None:
    refused = admin.send("POST", URL, {**TUS, "Upload-Length": "5", "Upload-Metadata": "print eAB5"})
    assert refused.status_code == 400
    assert session.scalar(select(func.count()).select_from(Version)) == 0
