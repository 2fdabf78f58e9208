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
from app.search.models import SearchEntry
from media import actions, captions, drafting, drafting_jobs, queries, room
from media.captions import Cue
from media.models import Caption, Recording, Rendition, SpeechDraft, Version
from media.storage import storage_for
from tests.cue_forms import filled
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


@pytest.fixture
def drafted(house, url, engine, sign_in, session) -> str:
    """The address of what the machine wrote."""
    engine(WRITES)
    client = sign_in(house.admin)
    assert client.post(f"{url}/drafts/fr").status_code == 303
    assert client.post(f"{url}/drafts/fr").status_code == 409, "once at a time"
    assert f"{url}/drafts/fr/cancellation" in client.get(url).text
    drafting_jobs.draft(row(session).id)
    assert (row(session).stage, row(session).progress, row(session).attempt) == ("done", 1.0, 1)
    name = session.scalar(sa.select(Caption.public_id).where(Caption.id == row(session).caption_id))
    session.commit()
    return f"{url}/captions/{name}"


def seen(session, film) -> tuple[list[str], str]:
    """What learners see of it, and what they find."""
    session.expire_all()
    shown = queries.playable(session, [film.recording_id])[film.recording_id].captions
    found = session.scalars(sa.select(SearchEntry.text)).all()
    session.commit()
    return [each["label"] for each in shown], " ".join(found)


def test_no_learner_sees_a_draft_before_somebody_has_read_and_published_it(
    house, film, url, drafted, sign_in, page, session
):
    client = sign_in(house.admin)
    assert seen(session, film) == ([], "")
    page(client, url)
    assert "non publié" in client.get(url).text
    assert client.post(f"{drafted}/restoration").status_code == 409, "not without having been read"
    form = filled(page, client, drafted)
    assert client.post(drafted, data=form | {"text-0": "corrected"}).status_code == 303
    assert client.post(f"{drafted}/shift", data={"by": "1", "began": "as opened before"}).status_code == 422
    form = filled(page, client, drafted)
    assert (form["text-0"], seen(session, film)) == ("corrected", ([], "")), "saved, not published"
    assert client.post(drafted, data=form | {"do": "publish", "start-1": "x"}).status_code == 422
    assert seen(session, film) == ([], "")
    published = client.post(drafted, data=form | {"do": "publish", "text-1": "and now"})
    assert published.status_code == 303 and published.location.endswith("#subtitles")
    assert seen(session, film) == (["Français"], "corrected and now")
    assert (row(session).reviewed_by_id, row(session).reviewed_at is None) == (house.admin.id, False)
    session.commit()
    assert "non publié" not in client.get(url).text
    assert client.post(drafted, data=form | {"do": "publish"}).status_code == 422, "whoever is second is told"
    assert client.post(f"{url}/drafts/xx").status_code == 404
    assert sign_in(house.trainer).post(f"{url}/drafts/fr").status_code == 403
    assert sign_in(house.trainer).post(drafted, data=form).status_code == 403


def test_a_draft_takes_the_place_of_what_learners_see_only_when_it_is_published(
    house, film, drafted, sign_in, page, session
):
    client = sign_in(house.admin)
    now, body = datetime.now(UTC), captions.webvtt([Cue(1, 2, "By hand")])
    actions.caption(session, film, house.admin, "fr", "Français", body, now)
    session.commit()
    assert seen(session, film) == (["Français"], "By hand")
    form = filled(page, client, drafted)
    assert form["text-0"] == "said in fr", "and not what is shown in this language"
    assert client.post(drafted, data=form | {"do": "publish"}).status_code == 303
    assert seen(session, film) == (["Français"], "said in fr and then")
    bodies = session.scalars(sa.select(Caption.body).where(Caption.put_away_at.is_not(None))).all()
    assert bodies == [body], "and that can come back"


def test_a_draft_that_is_put_away_is_no_draft_any_more(house, film, url, drafted, sign_in, session):
    client, machines = sign_in(house.admin), f"/api/v1{url}/captions"
    (told,) = client.get(machines).json["items"]
    assert (told["draft"], told["put_away"] is None, told["label"]) == (True, False, "Français (auto)")
    assert client.post(f"{drafted}/removal").status_code == 303
    assert "non publié" not in client.get(url).text
    assert client.get(machines).json["items"][0]["draft"] is False
    assert seen(session, film) == ([], "")
    assert client.post(f"{drafted}/restoration").status_code == 303, "somebody has decided on it"
    assert seen(session, film)[0] == ["Français"]


def test_what_learners_see_of_an_earlier_release_stays_marked_until_it_is_published(
    house, film, url, drafted, sign_in, page, session
):
    client = sign_in(house.admin)
    session.execute(sa.update(Caption).values(put_away_at=None))
    session.commit()
    assert seen(session, film)[0] == ["Français (auto)"]
    form = filled(page, client, drafted)
    assert client.post(drafted, data=form | {"text-0": "corrected"}).status_code == 303
    assert seen(session, film)[0] == ["Français (auto)"]
    assert client.post(drafted, data=filled(page, client, drafted) | {"do": "publish"}).status_code == 303
    assert seen(session, film) == (["Français"], "corrected and then")


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


def test_without_room_on_the_disk_a_draft_waits_and_says_so(
    house, film, url, engine, sign_in, page, session, monkeypatch
):
    engine(WRITES)
    sign_in(house.admin).post(f"{url}/drafts/fr")
    monkeypatch.setattr(room, "free", lambda folder: 0)
    drafting_jobs.draft(row(session).id)
    assert (row(session).stage, row(session).reason, row(session).attempt) == ("waiting", "no_room", 0)
    client = sign_in(house.admin)
    page(client, url)
    assert "attend de l’espace disque" in client.get(url).text
    session.execute(sa.update(SpeechDraft).values(next_try_at=None))
    session.commit()
    monkeypatch.setattr(room, "free", lambda folder: 10**15)
    drafting_jobs.draft(row(session).id)
    assert (row(session).stage, row(session).reason, row(session).worker) == ("done", None, jobs.here())
