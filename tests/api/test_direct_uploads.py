"""Files that go to the media store itself: addresses for their parts, the last word, what is left behind."""

import hashlib
import os
import struct
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.db import db
from media import direct, direct_sweeps, leftovers, originals, storage, storage_s3, uploads
from media import jobs as work
from media.models import Version
from media.processes import Refused
from media.rules import Reason, State
from tests.media_files import clip
from tests.world import World

MEGA = 2**20
URL = "/api/v1/direct-uploads"
Ask = Callable[..., Any]


@pytest.fixture
def config(app: Flask, session: Session, s3_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Config]:
    """Settings with an S3 store, that takes parts of one megabyte."""
    before: Config = app.config["HOUSE"]
    monkeypatch.setattr(direct, "_SMALLEST", MEGA)
    app.config["HOUSE"] = replace(before, storage_url=s3_url)
    yield app.config["HOUSE"]
    app.config["HOUSE"] = before


@pytest.fixture
def ask(config: Config, house: World, speak: Callable[[Any], FlaskClient]) -> Ask:
    """`ask("/…", json)` as the administrator's page does."""
    client = speak(house.admin)
    return lambda path="", told=None, **more: client.post(URL + path, json=told, **more)


def _put(url: str, body: bytes) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, method="PUT"), timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def _send(ask: Ask, upload: str, body: bytes, parts: int | None = None) -> Any:
    """Send this many parts, or all; what the server said last."""
    while True:
        said = ask(f"/{upload}/next").json
        for part in said["parts"][:parts]:
            assert _put(part["url"], body[part["start"] : part["end"]]) == 200
        if said["whole"] or parts is not None:
            return said


def _row(session: Session) -> Version:
    session.rollback()
    row = session.scalars(select(Version)).one()
    session.expunge(row)
    session.rollback()
    return row


def test_a_file_goes_to_the_store_in_parts_and_comes_back_whole_for_the_worker(
    ask: Ask, config: Config, session: Session
) -> None:
    body = os.urandom(5 * MEGA + 7)
    told = {"size": len(body), "title": "Module 5", "file_name": "a.mp4", "print": "p",
            "checksum": hashlib.sha256(body).hexdigest()}  # fmt: skip
    upload = ask("", told).json["upload"]
    first = _send(ask, upload, body, 2)
    assert (first["received"], len(first["parts"])) == (0, direct.AT_ONCE)
    again = ask(f"/{upload}/next").json
    assert again["received"] == 2 * MEGA and [part["number"] for part in again["parts"]] == [3, 4, 5, 6]
    row = _row(session)
    assert (row.state, row.received) == (State.UPLOADING, 2 * MEGA)
    assert uploads.offset(config, upload) is None, "nothing of it lies with us"
    assert _send(ask, upload, body)["whole"] and ask(f"/{upload}/next").json["whole"]
    row = _row(session)
    assert (row.state, row.received) == (State.RECEIVED, len(body))
    file, found = originals.ready(config, row.id, lambda: None)
    assert file.read_bytes() == body and found == hashlib.sha256(body).hexdigest()
    file.write_bytes(body[: 2 * MEGA])  # As far as a killed worker had come.
    assert originals.ready(config, row.id, lambda: None)[1] == found


@pytest.mark.media
@pytest.mark.parametrize("gone", [False, True], ids=["there", "gone"])
def test_the_store_keeps_the_original_itself(
    ask: Ask, config: Config, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    """Its bytes travel to the worker, once, and not back; only where the store has lost them they are sent again."""
    monkeypatch.setattr(storage_s3, "COPIED_BYTES", 2 * MEGA)  # So that the copy is made of three parts.
    body = clip(tmp_path / "clip.mp4", seconds=1).read_bytes()
    body += struct.pack(">I4s", 5 * MEGA, b"free") + os.urandom(5 * MEGA - 8)
    upload = ask("", {"size": len(body), "file_name": "a.mp4"}).json["upload"]
    _send(ask, upload, body)
    store = storage.direct(config)
    assert isinstance(store, storage_s3.S3Storage)
    version, sent = _row(session), 0

    def counted(request: Any, **_: Any) -> None:
        nonlocal sent
        sent += int(request.headers.get("Content-Length") or 0)

    if gone:
        assert originals.ready(config, version.id, lambda: None)
        store.delete(direct.key(upload))
    store.client.meta.events.register("before-send.s3", counted)
    try:
        work.work_on(version.id)
    finally:
        store.client.meta.events.unregister("before-send.s3", counted)
    version = _row(session)
    assert version.state is State.READY and store.open(f"{version.key}/original").read() == body
    assert (sent > len(body)) is gone and sent > 20_000
    _swept(direct_sweeps.forget_sent, timedelta())
    assert store.open(f"{version.key}/original").read(10) == body[:10] and store.below(upload).count(direct.SENT) == 0


def test_other_bytes_than_told_and_a_part_of_another_size_are_noticed(
    ask: Ask, config: Config, session: Session
) -> None:
    body = os.urandom(2 * MEGA)
    upload = ask("", {"size": len(body), "checksum": "0" * 64}).json["upload"]
    parts = ask(f"/{upload}/next").json["parts"]
    assert _put(parts[0]["url"], body[:100]) == 200
    assert [part["number"] for part in ask(f"/{upload}/next").json["parts"]] == [1, 2]
    assert _put(parts[0]["url"].replace("partNumber=1", "partNumber=2"), b"x") == 403
    assert _send(ask, upload, body)["whole"]
    with pytest.raises(Refused) as refused:
        originals.ready(config, _row(session).id, lambda: None)
    assert refused.value.reason is Reason.OTHER_BYTES


def test_an_answer_that_was_lost_after_the_last_word_costs_nothing(ask: Ask, config: Config, session: Session) -> None:
    body = os.urandom(MEGA)
    upload = ask("", {"size": len(body)}).json["upload"]
    _send(ask, upload, body, 1)
    name = _row(session).multipart or ""
    assert direct.look(config, upload, len(body), name).whole
    assert _row(session).state is State.UPLOADING
    assert ask(f"/{upload}/next").json["whole"] and _row(session).state is State.RECEIVED


def test_what_the_store_forgot_is_begun_anew_and_what_nobody_wants_is_aborted(
    ask: Ask, config: Config, session: Session
) -> None:
    body = os.urandom(2 * MEGA)
    upload = ask("", {"size": len(body)}).json["upload"]
    _send(ask, upload, body, 1)
    store = storage.direct(config)
    assert store is not None
    store.abort(direct.key(upload), _row(session).multipart or "")
    assert ask(f"/{upload}/next").json["received"] == 0
    stray = store.begin(direct.key(upload))
    foreign = store.begin(direct.key("nobodyknows1"))
    _swept(direct_sweeps.abort_strays, timedelta())
    assert {name for _, name, _ in store.begun()} >= {stray, foreign}, "it may have been begun just now"
    _swept(direct_sweeps.abort_strays, timedelta(hours=2))
    left = {name for _, name, _ in store.begun()}
    assert stray not in left and {foreign, _row(session).multipart} <= left
    _swept(leftovers.finish_uploads, timedelta(days=8))
    assert (_row(session).state, _row(session).reason) == (State.CANCELLED, Reason.EXPIRED)
    _swept(direct_sweeps.forget_sent, timedelta())
    assert _row(session).multipart is None
    assert {key for key, *_ in store.begun()} == {direct.key("nobodyknows1")}
    store.abort(direct.key("nobodyknows1"), foreign)


def test_what_was_sent_goes_when_the_recording_is_ready_and_stays_for_another_try(
    ask: Ask, config: Config, session: Session
) -> None:
    body = os.urandom(MEGA)
    upload = ask("", {"size": len(body)}).json["upload"]
    _send(ask, upload, body)
    store = storage.direct(config)
    assert store is not None
    for state, reason, there in ((State.FAILED, Reason.STORAGE, True), (State.READY, None, False)):
        with db.sessionmaker.begin() as working:
            working.execute(
                update(Version).values(state=state, reason=reason, state_at=datetime(2020, 1, 1, tzinfo=UTC))
            )
        _swept(direct_sweeps.forget_sent, timedelta())
        leftovers._stray_keys(config, datetime(2020, 1, 2, tzinfo=UTC))
        assert (store.below(upload) == [direct.SENT]) is there


def test_a_file_by_the_store_is_for_administrators_and_where_there_is_one(
    app: Flask, ask: Ask, house: World, speak: Any, sign_in: Any, config: Config
) -> None:
    upload = ask("", {"size": 10, "print": "p"}).json["upload"]
    for person in (house.learner, house.trainer):
        client = speak(person)
        assert client.post(URL, json={"size": 10}).status_code == 403
        assert client.post(f"{URL}/{upload}/next").status_code == 403
    assert ask("", {"size": config.max_upload_bytes + 1}).status_code == 413
    assert ask("", {"size": 10, "checksum": "short"}).status_code == 400
    assert ask("/nothing/next").status_code == 404
    client = sign_in(house.admin)
    assert "data-direct" in client.get("/recordings").get_data(as_text=True)
    found = client.get("/api/v1/uploads?size=10&print=p").json
    assert found is not None and found["items"][0]["direct"] is True
    app.config["HOUSE"] = replace(config, storage_url=config.storage_url + "&direct=0")
    assert ask("", {"size": 10}).status_code == 404
    assert "data-direct" not in client.get("/recordings").get_data(as_text=True)


def test_a_store_that_is_down_loses_nothing(ask: Ask, app: Flask, config: Config, session: Session) -> None:
    body = os.urandom(2 * MEGA)
    upload = ask("", {"size": len(body)}).json["upload"]
    _send(ask, upload, body, 1)
    app.config["HOUSE"] = replace(config, storage_url="s3://media/house?endpoint=http://127.0.0.1:1")
    assert ask(f"/{upload}/next").status_code == 503
    app.config["HOUSE"] = config
    assert ask(f"/{upload}/next").json["received"] == MEGA


def _swept(sweep: Callable[[Session, datetime], None], later: timedelta) -> None:
    with db.sessionmaker.begin() as session:
        sweep(session, datetime.now(UTC) + later)
