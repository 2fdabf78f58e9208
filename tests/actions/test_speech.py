"""Subtitles drafted by a machine: off without a setting, else a job whose result is a draft that people review."""

import dataclasses
import stat
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app import jobs
from app.operations import rules
from app.operations.work import Hold
from media import drafting, drafting_jobs, room
from media.models import Caption, Recording, Rendition, SpeechDraft, Version
from media.storage import storage_for
from tests.world import ready_recording

WRITES = """#!/bin/sh
test -s "$1" || exit 3
echo progress=0.5
echo WEBVTT
echo
echo "00:01.000 --> 00:02.000"
echo "said in $2"
echo
echo "00:03.000 --> 00:04.000"
echo "and then"
"""


@pytest.fixture
def film(app, house, session, tmp_path):
    version = ready_recording(session, house.steps["recording"], 90.0, key="made/a")
    sound = tmp_path / "sound.m4a"
    sound.write_bytes(b"no real sound")
    storage_for(app.config["HOUSE"]).put("made/a/sound.m4a", sound, "audio/mp4")
    session.add(
        Rendition(
            version_id=version.id, name="sound", kind="sound", bytes=13, bandwidth=1, average_bandwidth=1,
            codecs="x", key="made/a/sound.m4a",
        )
    )  # fmt: skip
    session.commit()
    return version


@pytest.fixture
def engine(app, tmp_path, monkeypatch):
    """`engine(script)` sets a program of the test as the engine of the house."""

    def install(script: str) -> None:
        program = tmp_path / "a machine"
        program.write_text(script)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        config = dataclasses.replace(app.config["HOUSE"], speech=f"'{program}'")
        monkeypatch.setitem(app.config, "HOUSE", config)

    return install


@pytest.fixture
def url(film, session) -> str:
    name = session.get_one(Recording, film.recording_id).public_id
    session.commit()
    return f"/recordings/{name}"


def row(session: Any) -> SpeechDraft:
    session.expire_all()
    found = session.scalars(sa.select(SpeechDraft).order_by(SpeechDraft.id.desc())).first()
    session.commit()
    return found


def test_without_an_engine_the_page_says_nothing_and_nobody_can_ask(house, url, sign_in, page, session):
    client = sign_in(house.admin)
    page(client, url)
    assert "/drafts/" not in client.get(url).text
    assert client.post(f"{url}/drafts/fr").status_code == 404
    assert row(session) is None


def test_a_draft_is_marked_until_somebody_has_reviewed_it(house, film, url, engine, sign_in, page, session):
    engine(WRITES)
    client = sign_in(house.admin)
    assert client.post(f"{url}/drafts/fr").status_code == 303
    assert client.post(f"{url}/drafts/fr").status_code == 409, "once at a time"
    page(client, url)
    assert f"{url}/drafts/fr/cancellation" in client.get(url).text
    drafting_jobs.draft(row(session).id)
    done = row(session)
    assert (done.stage, done.progress, done.attempt) == ("done", 1.0, 1)
    kept = session.scalars(sa.select(Caption).where(Caption.id == done.caption_id)).one()
    assert (kept.label, "said in fr" in kept.body, kept.put_away_at) == ("Français (auto)", True, None)
    name = kept.public_id
    session.commit()
    page(client, url)
    assert "à relire" in client.get(url).text
    assert client.post(f"{url}/captions/{name}/review").status_code == 303
    assert "à relire" not in client.get(url).text
    session.expire_all()
    assert session.scalars(sa.select(Caption.label)).all() == ["Français"]
    session.commit()
    assert client.post(f"{url}/drafts/xx").status_code == 404
    assert sign_in(house.trainer).post(f"{url}/drafts/fr").status_code == 403


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho nothing\n"])
def test_an_engine_that_fails_is_tried_again_and_then_said(house, url, engine, sign_in, page, session, script):
    engine(script)
    client = sign_in(house.admin)
    client.post(f"{url}/drafts/fr")
    for attempt in range(1, 4):
        session.execute(sa.update(SpeechDraft).values(next_try_at=None))
        session.commit()
        drafting_jobs.draft(row(session).id)
        assert row(session).attempt == attempt
    assert (row(session).stage, row(session).ended_at is None) == ("failed", False)
    page(client, url)
    assert "la machine n’a écrit aucun sous-titre" in client.get(url).text
    assert session.scalars(sa.select(Caption)).all() == []
    session.commit()
    assert client.post(f"{url}/drafts/fr").status_code == 303, "and can be asked again"


def test_who_cancels_stops_the_machine_and_nothing_is_kept(
    app, house, film, url, engine, sign_in, session, monkeypatch
):
    engine("#!/bin/sh\nsleep 30\n")
    client = sign_in(house.admin)
    client.post(f"{url}/drafts/fr")
    monkeypatch.setattr(rules, "BEAT_SECONDS", 0.1)
    check, name = Hold.check, film.id
    session.commit()

    def cancelled(hold, _line=""):
        with drafting_jobs.db.sessionmaker.begin() as own:
            drafting.cancel(own, own.get_one(Version, name), "fr", datetime.now(UTC))
        check(hold)

    monkeypatch.setattr(Hold, "check", cancelled)
    began = datetime.now(UTC)
    drafting_jobs.draft(row(session).id)
    assert (datetime.now(UTC) - began).total_seconds() < 20
    assert row(session).stage == "cancelled"
    assert session.scalars(sa.select(Caption)).all() == []


def test_a_row_whose_worker_died_is_taken_over(house, film, url, engine, sign_in, session):
    engine(WRITES)
    sign_in(house.admin).post(f"{url}/drafts/fr")
    past = datetime(2026, 1, 1, tzinfo=UTC)
    session.execute(sa.update(SpeechDraft).values(stage="working", token="dead", lease_until=past, attempt=1))
    session.commit()
    drafting_jobs.ring_again(session, datetime.now(UTC))
    session.commit()
    jobs.drain()
    assert (row(session).stage, row(session).attempt) == ("done", 2)


def test_without_room_on_the_disk_a_draft_waits_and_says_so(house, film, url, engine, sign_in, session, monkeypatch):
    engine(WRITES)
    sign_in(house.admin).post(f"{url}/drafts/fr")
    monkeypatch.setattr(room, "free", lambda folder: 0)
    drafting_jobs.draft(row(session).id)
    assert (row(session).stage, row(session).reason, row(session).attempt) == ("waiting", "no_room", 0)
    session.execute(sa.update(SpeechDraft).values(next_try_at=None))
    session.commit()
    monkeypatch.setattr(room, "free", lambda folder: 10**15)
    drafting_jobs.draft(row(session).id)
    assert (row(session).stage, row(session).reason, row(session).worker) == ("done", None, jobs.here())
