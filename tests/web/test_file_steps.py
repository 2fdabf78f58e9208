"""Files to download: kept whole or not at all, delivered in parts, under the name they came with."""

import io
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from app.db import db
from media import delivery, room
from media.rules import State
from media.storage import LocalStorage, storage_for
from media.storage_s3 import S3Storage
from modules import actions
from modules.models import Step
from modules.views import sending
from tests.conftest import checked
from tests.memory_storage import MemoryStorage
from tests.world import ready_recording

NOW = datetime.now(UTC)
CONTENT = b"%PDF-1.4 " + bytes(range(256))


@pytest.fixture
def url(house):
    return f"/manage/modules/{house.module.public_id}/steps/new/file"


def form(content=CONTENT, name="Guide é.pdf", **more):
    return {"title_fr": "Guide", "file": (io.BytesIO(content), name), **more}


def newest(session):
    step = session.scalars(sa.select(Step).order_by(Step.id.desc())).first()
    session.commit()
    return step


def kept(app):
    folder = storage_for(app.config["HOUSE"]).path("steps")
    return {f"steps/{file.name}" for file in folder.glob("*")} if folder.is_dir() else set()


def test_a_file_is_kept_and_comes_back_as_it_was(house, sign_in, session, url):
    assert sign_in(house.trainer).post(url, data=form(name="../../Guide é.pdf")).status_code == 303
    step = newest(session)
    assert (step.file_name, step.file_bytes) == ("Guide é.pdf", len(CONTENT))
    answer = sign_in(house.learner).get(f"/steps/{step.public_id}/file")
    assert answer.data == CONTENT and answer.mimetype == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert sign_in(house.other_learner).get(f"/steps/{step.public_id}/file").status_code == 404


def test_a_download_that_broke_goes_on(house, sign_in, session, url):
    sign_in(house.trainer).post(url, data=form())
    address, client = f"/steps/{newest(session).public_id}/file", sign_in(house.learner)
    whole = client.get(address)
    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, CONTENT[100:])
    assert rest.headers["Content-Range"] == f"bytes 100-{len(CONTENT) - 1}/{len(CONTENT)}"
    assert client.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("دليل المشارك.pdf", "file.pdf"), ("Guide é.pdf", "Guide_e.pdf"), ("a\"b;c\\d.pdf", "a_b_c_d.pdf"),
        ("plan", "plan"), ("a\r\nX: y.pdf", "a_X_y.pdf"),
    ],
)  # fmt: skip
def test_a_name_arrives_whole_in_whatever_script(name, plain):
    said = delivery.disposition(name)
    assert said.startswith(f"attachment; filename={plain}; filename*=UTF-8''")
    assert unquote(said.rpartition("''")[2]) == name
    assert said.isascii() and "\n" not in said


def test_nginx_delivers_where_it_is_told_to(app, house, sign_in, session, url):
    sign_in(house.trainer).post(url, data=form())
    step, before = newest(session), app.config["HOUSE"]
    app.config["HOUSE"] = replace(before, accel_prefix="/protected/")
    try:
        answer = sign_in(house.learner).get(f"/steps/{step.public_id}/file")
    finally:
        app.config["HOUSE"] = before
    assert (answer.data, answer.headers["X-Accel-Redirect"]) == (b"", f"/protected/{step.file_key}")
    assert "Guide%20%C3%A9.pdf" in answer.headers["Content-Disposition"]


def test_an_object_store_gives_the_name_too(house, sign_in, session, monkeypatch):
    class Store(MemoryStorage):
        def link(self, key, expires, disposition=""):
            return f"https://store.example/{key}?{disposition}"

    monkeypatch.setattr(delivery, "storage_for", lambda config: Store())
    actions.fill(session, house.steps["file"], file_key="steps/abc", file_name="Guide é.pdf")
    session.commit()
    answer = sign_in(house.learner).get(f"/steps/{house.steps['file'].public_id}/file")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://store.example/steps/abc?attachment;")
    assert "Guide%20%C3%A9.pdf" in answer.headers["Location"]


def test_a_signed_link_asks_the_store_for_the_name():
    class Client:
        def generate_presigned_url(self, _method, Params, ExpiresIn):
            return f"{Params} {ExpiresIn}"

    store = S3Storage(Client(), "bucket")
    assert "'ResponseContentDisposition': 'attachment; x'" in store.link("steps/abc", 60, "attachment; x")
    assert "Response" not in store.link("made/240p.mp4", 60)


@pytest.mark.parametrize(
    ("more", "status"),
    [({"title_fr": ""}, 422), ({"title_fr": "a\0b"}, 422), ({"name": "x.html"}, 422), ({"name": "a\0.pdf"}, 422)],
)
def test_what_is_refused_leaves_no_file(app, house, sign_in, session, url, more, status):
    before = kept(app)
    assert sign_in(house.trainer).post(url, data=form(**more)).status_code == status
    assert kept(app) == before


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [(".pdf", "file.pdf"), ("..pdf", "file.pdf"), (" .pdf", "file.pdf"), (".plan.pdf", ".plan.pdf")],
)
def test_a_file_that_is_called_by_its_ending_alone_gets_a_name(house, sign_in, session, url, name, kept_as):
    assert sign_in(house.trainer).post(url, data=form(name=name)).status_code == 303
    assert newest(session).file_name == kept_as


def test_a_file_for_which_the_disk_has_no_room_is_refused(app, house, sign_in, session, url, monkeypatch):
    before, free = kept(app), app.config["HOUSE"].free_space_bytes
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _folder: usage(free + len(CONTENT) - 1))
    client = sign_in(house.trainer)
    step = f"/manage/steps/{house.steps['file'].public_id}"
    for at in (url, step):
        refused = client.post(at, data=form() | {"title_fr": "Le titre déjà écrit"})
        assert refused.status_code == 507 and kept(app) == before
        shown = checked(refused).find(".//main")
        assert "plus de place" in "".join(shown.find(".//*[@id='file-error']").itertext())
        assert shown.find(".//input[@name='title_fr']").get("value") == "Le titre déjà écrit"
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _folder: usage(free + len(CONTENT)))
    assert client.post(url, data=form()).status_code == 303


def test_room_that_uploads_were_promised_is_not_taken_by_a_file(app, house, sign_in, session, url, monkeypatch):
    version = ready_recording(session, house.steps["recording"], size=50)
    version.state = State.UPLOADING
    session.commit()
    free, usage = app.config["HOUSE"].free_space_bytes, namedtuple("usage", "free")
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _folder: usage(free + len(CONTENT) + 49))
    assert sign_in(house.trainer).post(url, data=form()).status_code == 507


def test_a_stranger_leaves_no_file(app, house, sign_in, url):
    before = kept(app)
    step = f"/manage/steps/{house.steps['file'].public_id}"
    for address in (url, step):
        assert sign_in(house.other_trainer).post(address, data=form()).status_code == 404
        assert sign_in(house.learner).post(address, data=form()).status_code == 403
    assert kept(app) == before


def test_what_fails_after_the_file_was_kept_leaves_none(app, house, sign_in, url, monkeypatch):
    before = kept(app)

    def fails(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(actions, "add_step", fails)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        assert sign_in(house.trainer).post(url, data=form()).status_code == 500
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert kept(app) == before


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(app, house, sign_in, url, monkeypatch):
    before = kept(app)
    monkeypatch.setattr(sending, "LARGEST_FILE", len(CONTENT) - 1)
    refused = sign_in(house.trainer).post(url, data=form())
    assert refused.status_code == 413 and checked(refused).find(".//*[@id='file-error']") is not None
    assert kept(app) == before


def test_another_file_replaces_the_first_and_none_keeps_it(app, house, sign_in, session, url):
    client = sign_in(house.trainer)
    client.post(url, data=form())
    first = newest(session).file_key
    step = f"/manage/steps/{newest(session).public_id}"
    assert client.post(step, data={"title_fr": "Autre titre"}).status_code == 303
    session.expire_all()
    assert newest(session).file_key == first and first in kept(app)
    assert client.post(step, data=form(b"other", "Autre.pdf")).status_code == 303
    session.expire_all()
    second = newest(session).file_key
    assert second != first and first not in kept(app) and second in kept(app)


def test_others_write_while_a_file_is_kept(house, sign_in, session, url, monkeypatch):
    wrote = []
    put = LocalStorage.put

    def slow(self, key, file, content_type):
        with db.engine.connect().execution_options(write=True) as other, other.begin():
            other.execute(sa.update(Step).where(Step.id == house.steps["page"].id).values(body="Autre texte"))
            wrote.append(key)
        put(self, key, file, content_type)

    session.commit()
    monkeypatch.setattr(LocalStorage, "put", slow)
    assert sign_in(house.trainer).post(url, data=form()).status_code == 303
    assert wrote == [newest(session).file_key]
