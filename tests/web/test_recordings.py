"""The administrator's recordings pages."""

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.db import db
from app.web import bands
from media import actions, lists, unfinished, uploads
from media.models import Caption, Recording, Rendition, Version
from media.reasons import sentence
from media.rules import Origin, Reason, State
from media.storage import storage_for
from tests.world import World


@pytest.fixture
def version(app: Flask, session: Session, house: World) -> Version:
    """A version of which half has arrived."""
    made = actions.create(
        session, house.admin, app.config["HOUSE"], title="Module 6", file_name="a<b>.mp4", size=10,
        now=datetime.now(UTC),
    )  # fmt: skip
    session.commit()
    uploads.part(app.config["HOUSE"], made.public_id).write_bytes(b"12345")
    return made


@pytest.fixture
def ready(session: Session, version: Version) -> Version:
    """A version that can be watched."""
    version.state, version.duration, version.progress = State.READY, 60.0, 1.0
    version.shown_at = version.state_at
    version.key = f"{version.public_id}/def"
    common = {"version_id": version.id, "bandwidth": 1, "average_bandwidth": 1, "codecs": "avc1"}
    session.add(
        Rendition(name="240p", kind="video", width=426, height=240, bytes=5_000_000, key="abc/def/240p.mp4",
                  download_key="abc/def/download-240.mp4", download_bytes=5_000_000, **common)
    )  # fmt: skip
    session.add(Rendition(name="sound", kind="sound", bytes=1_000_000, key="abc/def/sound.m4a", **common))
    session.commit()
    return version


def test_only_administrators_open_the_list(house: World, client: Any, sign_in: Callable[[Any], Any]) -> None:
    assert client.get("/recordings").status_code == 303
    assert sign_in(house.learner).get("/recordings").status_code == 403
    assert sign_in(house.trainer).get("/recordings").status_code == 403
    assert sign_in(house.admin).get("/recordings").status_code == 200


def test_an_empty_list_says_how_a_recording_comes(house: World, sign_in: Any, page: Any) -> None:
    tree = page(sign_in(house.admin), "/recordings")
    assert tree.find(".//div[@class='empty']") is not None


def test_the_list_shows_what_arrived_and_the_names_escaped(
    house: World, version: Version, sign_in: Any, page: Any
) -> None:
    client = sign_in(house.admin)
    tree = page(client, "/recordings")
    assert "50" in "".join(tree.find(".//ul[@class='rows']").itertext())
    page(client, f"/recordings?resume={version.public_id}")
    assert b"<b>.mp4" not in client.get(f"/recordings?resume={version.public_id}").data


def test_a_silence_is_blamed_on_nobody_who_may_be_innocent(house: World, sign_in: Any, page: Any) -> None:
    told = page(sign_in(house.admin), "/recordings").find(".//*[@data-cut]").get("data-cut")
    assert told.startswith("Ni le serveur ni le réseau ne répondent.")


def test_the_list_finds_by_words_of_the_title(house: World, version: Version, sign_in: Any, page: Any) -> None:
    client = sign_in(house.admin)
    assert page(client, "/recordings?q=MODULE").find(".//ul[@class='rows']") is not None
    assert page(client, "/recordings?q=nothing").find(".//div[@class='empty']") is not None


def test_a_long_list_has_pages_and_one_number_of_statements(
    app: Flask, house: World, session: Session, sign_in: Any, page: Any
) -> None:
    client, config = sign_in(house.admin), app.config["HOUSE"]

    def more(count: int) -> dict[str, int]:
        for number in range(count):
            actions.create(session, house.admin, config, title=f"n {number}", size=1, now=datetime.now(UTC))
        session.commit()
        urls = ("/recordings", "/recordings?q=n", "/recordings?archived=1", "/api/v1/recordings")
        return {url: _statements(client, url) for url in urls}

    few, many = more(2), more(43)
    assert few == many
    assert few["/recordings"] == 6, "who asks, counts, the rows, what was made of them, what one began, the band"
    assert len(page(client, "/recordings?page=3").findall(".//li[@class='upload']")) == 5
    assert len(page(client, "/recordings?page=999999").findall(".//li[@class='upload']")) == 5
    assert len(page(client, "/recordings?q=n&page=2").findall(".//li[@class='upload']")) == 20


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("100%", {"100 %", "100%"}),
        ("a_b", {"a_b"}),
        ("a/b", {"a/b"}),
        ("ETE", {"L’été"}),
        ("%", {"100 %", "100%"}),
        ("zz", set()),
    ],
)
def test_a_search_takes_signs_as_they_are_and_accents_as_they_come(
    app: Flask, house: World, session: Session, search: str, titles: set[str]
) -> None:
    for title in ("100%", "100 %", "a_b", "acb", "a/b", "L’été"):
        actions.create(session, house.admin, app.config["HOUSE"], title=title, size=1, now=datetime.now(UTC))
    session.commit()
    assert {row.title for row in lists.page_of(session, search=search).rows} <= titles
    assert bool(titles) == bool(lists.page_of(session, search=search).total)


def test_an_upload_is_resumed_from_whichever_page_it_stands_on(
    app: Flask, house: World, version: Version, session: Session, sign_in: Any, page: Any
) -> None:
    for _ in range(25):
        actions.create(session, house.admin, app.config["HOUSE"], title="newer", size=1, now=datetime.now(UTC))
    session.commit()
    form = page(sign_in(house.admin), f"/recordings?resume={version.public_id}").find(".//form[@data-upload]")
    assert form.get("data-resume", "").endswith(version.public_id) and form.get("data-size") == "10"
    version.state = State.CANCELLED
    session.commit()
    form = page(sign_in(house.admin), f"/recordings?resume={version.public_id}").find(".//form[@data-upload]")
    assert form.get("data-resume") is None, "nothing is left to go on with"


@pytest.mark.parametrize(
    ("state", "reason", "offered"),
    [
        (State.UPLOADING, None, {"cancellation"}),
        (State.TRANSCODING, None, {"cancellation"}),
        (State.READY, None, {"#add", ""}),
        (State.FAILED, Reason.DISK_FULL, {"retry", "#add", "archive"}),
        (State.FAILED, Reason.BROKEN, {"#add", "archive"}),
        (State.CANCELLED, None, {"#add", "archive"}),
    ],
)
def test_each_state_offers_what_helps_and_nothing_else(
    house: World, version: Version, session: Session, sign_in: Any, page: Any, state: State, reason: Reason | None,
    offered: set[str],
) -> None:  # fmt: skip
    version.state, version.reason = state, reason
    session.commit()
    actions_of = page(sign_in(house.admin), "/recordings").find(".//li[@class='upload']/div[@class='actions']")
    targets = [node.get("action") or node.get("href") for node in actions_of.iter() if node.tag in {"form", "a"}]
    start = f"/recordings/{version.recording.public_id}"
    assert {target.removeprefix(start).lstrip("/") for target in targets} == offered


def test_a_failure_whose_file_is_gone_asks_for_it_again(
    app: Flask, house: World, version: Version, session: Session, sign_in: Any
) -> None:
    version.state, version.reason = State.FAILED, Reason.DISK_FULL
    session.commit()
    uploads.discard(app.config["HOUSE"], version.public_id)
    text = sign_in(house.admin).get("/recordings").get_data(as_text=True)
    assert "/retry" not in text and f"/recordings/{version.recording.public_id}#add" in text


def _statements(client: Any, url: str) -> int:
    """How many the database is asked."""
    seen: list[str] = []

    def heard(*args: Any) -> None:
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", heard)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", heard)
    return sum(not text.startswith(("BEGIN", "SET")) for text in seen)


def test_a_failure_says_its_reason_in_words(
    app: Flask, house: World, version: Version, session: Session, sign_in: Any, page: Any
) -> None:
    version.state, version.reason = State.FAILED, Reason.NO_STREAMS
    session.commit()
    client = sign_in(house.admin)
    page(client, f"/recordings/{version.recording.public_id}")
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        said = sentence(Reason.NO_STREAMS)
    assert said in client.get("/recordings").get_data(as_text=True)


def test_a_plain_form_brings_a_small_file(app: Flask, house: World, session: Session, sign_in: Any) -> None:
    sent = {"title": "  Un   titre ", "file": (io.BytesIO(b"x" * 1000), "../../etc/passwd")}
    answer = sign_in(house.admin).post("/recordings", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    version = session.scalars(select(Version)).one()
    assert (version.state, version.size, version.received) == (State.RECEIVED, 1000, 1000)
    assert uploads.part(app.config["HOUSE"], version.public_id).read_bytes() == b"x" * 1000
    assert session.scalars(select(Recording.title)).one() == "Un titre"


def test_a_form_without_title_or_file_says_so_and_keeps_what_was_typed(
    house: World, session: Session, sign_in: Any
) -> None:
    client = sign_in(house.admin)
    answer = client.post("/recordings", data={"title": "Module 3"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Module 3" in answer.get_data(as_text=True)
    assert session.scalars(select(Version)).all() == []


def test_cancelling_leaves_nothing(app: Flask, house: World, version: Version, session: Session, sign_in: Any) -> None:
    url, client = f"/recordings/{version.recording.public_id}/cancellation", sign_in(house.admin)
    assert sign_in(house.learner).post(url).status_code == 403
    assert client.post(url).status_code == 303
    session.rollback()
    session.refresh(version)
    assert version.state is State.CANCELLED
    assert uploads.offset(app.config["HOUSE"], version.public_id) is None
    session.rollback()
    assert client.post(url).status_code == 409


def test_what_the_server_prepares_itself_is_no_upload_and_nobody_resumes_it(
    app: Flask, house: World, session: Session, sign_in: Any, page: Any
) -> None:
    config, now = app.config["HOUSE"], datetime.now(UTC)
    sent, drawn = (
        actions.create(session, house.admin, config, title=origin, origin=origin, now=now - timedelta(hours=1))
        for origin in (Origin.SENT, Origin.SERVER)
    )
    sent_id, drawn_id, drawn_url = sent.public_id, drawn.public_id, f"/recordings/{drawn.recording.public_id}"
    session.commit()
    for each in (sent_id, drawn_id):
        os.utime(uploads.part(config, each), (0, 0))
    assert [one.public_id for one in unfinished.left(session, config, house.admin, now)] == [sent_id]
    session.rollback()
    client = sign_in(house.admin)
    tree = page(client, "/recordings")
    assert "1\u00a0envoi en pause, 1\u00a0en préparation par le serveur" in " ".join(tree.find(".//h1").itertext())
    server, person = ("".join(row.itertext()) for row in tree.findall(".//li[@class='upload']"))
    assert "Préparé par le serveur" in server and "Reprendre" not in server and "Envoi" not in server
    assert "Préparé par le serveur" not in person and "Reprendre" in person and "Envoi" in person
    asked = page(client, f"{drawn_url}/cancellation")
    assert "Annuler cette préparation" in " ".join(asked.find(".//h1").itertext())
    headers = {"Tus-Resumable": "1.0.0"}
    assert client.head(f"/api/v1/uploads/{drawn_id}", headers=headers).status_code == 404
    assert client.head(f"/api/v1/uploads/{sent_id}", headers=headers).status_code == 200


def test_a_recording_says_which_steps_show_it_and_what_giving_it_up_means_for_them(
    house: World, version: Version, session: Session, sign_in: Any, page: Any
) -> None:
    url, step = f"/recordings/{version.recording.public_id}", house.steps["recording"]
    client = sign_in(house.admin)

    def said(address: str) -> str:
        return " ".join("".join(page(client, address).find(".//main").itertext()).split())

    assert "Aucune étape ne montre cet enregistrement." in said(url) and "Aucune étape" in said(f"{url}/cancellation")
    step.recording_id = version.recording_id
    session.commit()
    links = [a.get("href") for a in page(client, url).findall(".//section[@id='uses']//a")]
    assert links == [f"/manage/steps/{step.public_id}"] and client.get(links[0]).status_code == 200
    assert "1 étape continue de le montrer" in said(url)
    assert "1 étape montre cet enregistrement : elle reste vide" in said(f"{url}/cancellation")
    earlier = Version(recording_id=version.recording_id, number=0, state=State.READY, duration=1.0,
                      shown_at=version.state_at, state_at=version.state_at, created_at=version.created_at)  # fmt: skip
    session.add(earlier)
    session.commit()
    assert "garde son fichier précédent" in said(f"{url}/cancellation")
    step.archived_at = version.created_at
    session.commit()
    assert "Aucune étape ne montre cet enregistrement." in said(url)


def test_before_a_file_is_given_up_the_page_says_what_is_lost(
    house: World, version: Version, session: Session, sign_in: Any, page: Any
) -> None:
    client, start = sign_in(house.admin), f"/recordings/{version.recording.public_id}"
    url = f"{start}/cancellation"
    form = page(client, url).find(".//main//form")
    assert form.get("action") == url
    session.refresh(version)
    assert version.state is State.UPLOADING, "asking changes nothing"
    session.rollback()
    links = [a.get("href") for a in page(client, start).iter("a")]
    assert url in links
    version.state = State.READY
    session.commit()
    assert client.get(url).status_code == 409


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ((State.TRANSCODING, *[State.RECEIVED] * 4), ["1 conversion", "4 en attente", "la conversion continue"]),
        ((State.FAILED,) * 3, ["3 échecs", "Rien n’est en cours"]),
        ((State.CANCELLED,), []),
    ],
)
def test_the_head_of_the_list_says_what_is_true(
    app: Flask, house: World, session: Session, sign_in: Any, page: Any, states: tuple[State, ...], said: list[str]
) -> None:
    for state in states:
        made = actions.create(session, house.admin, app.config["HOUSE"], title="n", size=1, now=datetime.now(UTC))
        made.state = state
    session.commit()
    head = "".join(page(sign_in(house.admin), "/recordings").find(".//header[@class='hang head']").itertext())
    assert [text for text in said if text not in head.replace("\u00a0", " ")] == []
    assert ("la conversion continue" in head) is (State.RECEIVED in states)


def test_a_file_that_waits_is_not_shown_as_being_checked(
    app: Flask, house: World, session: Session, sign_in: Any, page: Any
) -> None:
    made = actions.create(session, house.admin, app.config["HOUSE"], title="n", size=1, now=datetime.now(UTC))
    made.state = State.RECEIVED
    session.commit()
    row = page(sign_in(house.admin), "/recordings").find(".//li[@class='upload']")
    assert [stage.get("class") or "" for stage in row.findall(".//ol[@class='stages']/li")] == ["done", "", "", ""]
    assert "%" not in "".join(row.find(".//div").itertext()) and "en attente" in "".join(row.itertext())


def test_an_upload_that_nobody_goes_on_sending_is_not_told_as_going_on(
    app: Flask, house: World, version: Version, session: Session, sign_in: Any, page: Any
) -> None:
    config, client = app.config["HOUSE"], sign_in(house.admin)
    for age, headline, advice in (
        (1, "En ce moment\u00a0: 1\u00a0envoi", "Vous pouvez fermer"),
        (60, "En ce moment\u00a0: 1\u00a0envoi en pause", "Rien n’est en cours. À côté de chaque envoi en pause"),
    ):
        then = datetime.now(UTC).timestamp() - age
        os.utime(uploads.part(config, version.public_id), (then, then))
        tree = page(client, "/recordings")
        assert "".join(tree.find(".//h1").itertext()) == headline
        assert "".join(tree.find(".//p[@class='lead']").itertext()).startswith(advice)


def test_a_band_has_the_dye_of_the_module_that_shows_the_recording(
    house: World, version: Version, session: Session, sign_in: Any
) -> None:
    client, place = sign_in(house.admin), house.module.position
    assert b'class="d0' in client.get("/recordings").data, "no module shows it"
    urls = ("/recordings", f"/recordings/{version.recording.public_id}")
    house.steps["recording"].recording_id = version.recording_id
    session.commit()
    for url in urls:
        assert f'class="d{bands.dye(place)}' in client.get(url).get_data(as_text=True).partition("<h1>")[2]


def test_the_band_of_the_house_does_not_count_what_was_given_up(
    app: Flask, house: World, ready: Version, session: Session, sign_in: Any
) -> None:
    for state in (State.CANCELLED, State.FAILED):
        made = actions.create(session, house.admin, app.config["HOUSE"], title="n", size=1, now=datetime.now(UTC))
        made.state = state
    session.commit()
    assert "1 sur 2" in sign_in(house.admin).get("/recordings").get_data(as_text=True).replace("\u00a0", " ")


def test_only_a_failure_of_ours_can_be_tried_again(
    app: Flask, house: World, version: Version, session: Session, sign_in: Any
) -> None:
    url = f"/recordings/{version.recording.public_id}/retry"
    version.state, version.reason = State.FAILED, Reason.BROKEN
    session.commit()
    assert sign_in(house.admin).post(url).status_code == 409
    version.reason = Reason.INTERRUPTED
    session.commit()
    assert sign_in(house.admin).post(url).status_code == 303
    session.rollback()
    session.refresh(version)
    assert version.state is State.RECEIVED


def test_an_archived_recording_can_be_put_back(
    house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"
    assert client.post(f"{url}/archive").status_code == 303
    assert page(client, "/recordings").find(".//ul[@class='rows']") is None
    assert page(client, "/recordings?archived=1").find(".//ul[@class='rows']") is not None
    assert client.post(f"{url}/restoration").status_code == 303
    assert page(client, "/recordings").find(".//ul[@class='rows']") is not None


def test_a_ready_recording_can_be_previewed_renamed_and_captioned(
    house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"
    tree = page(client, url)
    assert tree.find(".//video").get("src").startswith("/media/")
    assert client.post(f"{url}/title", data={"title": ""}).status_code == 422
    assert client.post(f"{url}/title", data={"title": "Autre"}).status_code == 303
    good = {"language": "fr", "captions": (io.BytesIO(b"1\n00:00:01,000 --> 00:00:02,000\nBonjour\n"), "a.srt")}
    assert client.post(f"{url}/captions", data=good, content_type="multipart/form-data").status_code == 303
    assert session.scalars(select(Caption.body)).one().startswith("WEBVTT")
    session.rollback()
    track = page(client, url).find(".//track").get("src")
    assert b"Bonjour" in client.get(track).data


def test_a_file_that_fails_leaves_the_earlier_one_and_can_be_put_away(
    app: Flask, house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"
    assert client.post(f"{url}/earlier").status_code == 409
    assert "n’est pas perdu" not in client.get(url).text
    config, now = app.config["HOUSE"], datetime.now(UTC)
    newer = actions.create(session, house.admin, config, size=10, recording=ready.recording, now=now)
    session.commit()
    assert "n’est pas perdu" in client.get(url).text and client.post(f"{url}/earlier").status_code == 409
    newer.state, newer.reason = State.FAILED, Reason.NOT_A_RECORDING
    session.commit()
    said = "".join(page(client, url).itertext())
    assert "n’est pas perdu" in said and "Garder le fichier précédent" in said and "Du fichier précédent" in said
    assert "Le fichier précédent reste." in client.get("/recordings").text
    sent = {"language": "fr", "captions": (io.BytesIO(b"WEBVTT\n\n00:01.000 --> 00:02.000\nSalut\n"), "a.vtt")}
    assert client.post(f"{url}/captions", data=sent, content_type="multipart/form-data").status_code == 303
    assert session.scalars(select(Caption.version_id)).all() == [ready.id]
    session.commit()
    assert client.post(f"{url}/earlier").status_code == 303
    said = "".join(page(client, url).itertext())
    assert "n’est pas perdu" not in said and "En échec, mis de côté" in said
    counts = lists.counts(session, config, datetime.now(UTC))
    assert (counts.failed, counts.ready) == (0, 1)
    assert uploads.offset(config, newer.public_id) is None
    session.commit()
    assert client.get("/api/v1" + url).json["state"] == "ready"
    assert client.post(f"{url}/earlier").status_code == 409


def test_a_recording_that_no_step_shows_leads_to_the_steps(house: World, ready: Version, sign_in: Any) -> None:
    text = sign_in(house.admin).get(f"/recordings/{ready.recording.public_id}").text
    assert 'href="/manage/modules"' in text or 'href="/manage"' in text


def test_a_wrong_subtitle_names_its_line(house: World, ready: Version, sign_in: Any) -> None:
    bad = {"language": "fr", "captions": (io.BytesIO(b"WEBVTT\n\n00:05.000 --> 00:02.000\nx\n"), "a.vtt")}
    url = f"/recordings/{ready.recording.public_id}/captions"
    answer = sign_in(house.admin).post(url, data=bad, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "3" in answer.get_data(as_text=True)


def test_a_wrong_id_is_not_found(house: World, sign_in: Any) -> None:
    client = sign_in(house.admin)
    assert client.get("/recordings/nothing").status_code == 404
    assert client.post("/recordings/nothing/archive").status_code == 404


def test_without_scripts_several_files_are_named_after_themselves_and_one_needs_a_title(
    app: Flask, house: World, sign_in: Any, session: Session
) -> None:
    client = sign_in(house.admin)

    def sent(*names: str, title: str = "") -> Any:
        files = [(io.BytesIO(name.encode()), name) for name in names]
        return client.post("/recordings", data={"title": title, "file": files}, content_type="multipart/form-data")

    assert sent("a.mp4").status_code == 422 and sent().status_code == 422
    assert sent("Leçon_1.mp4", "../../b.mov", "c" * 400 + ".mov").status_code == 303
    assert sent("d.mp4", title="Le titre").status_code == 303
    versions = select(Recording.title, Version.state, Version.received).join(Version.recording).order_by(Version.id)
    rows = session.execute(versions).all()
    assert [title[:9] for title, *_ in rows] == ["Leçon 1", "b", "c" * 9, "Le titre"]
    assert all(state is State.RECEIVED and received for _, state, received in rows)


def test_what_is_to_be_seen_stands_by_time_beside_the_preview(
    app: Flask, house: World, ready: Version, sign_in: Any, page: Any, tmp_path: Path
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"
    assert page(client, url).find(".//ol[@class='sheet']") is None, "their lack is no failure"
    told = tmp_path / "storyboard.vtt"
    cues = [
        f"00:00:{6 * n:02}.000 --> 00:00:{6 * n + 6:02}.000\nstoryboard.jpg#xywh={160 * n},0,160,90\n" for n in (0, 1)
    ]
    told.write_text("WEBVTT\n\n" + "\n".join(cues))
    storage_for(app.config["HOUSE"]).put(f"{ready.key}/storyboard.vtt", told, "text/vtt")
    rows = page(client, url).findall(".//ol[@class='sheet']/li/a")
    film = page(client, url).find(".//video").get("src")
    assert [(row.get("data-jump"), row.get("href")) for row in rows] == [
        ("0.0", f"{film}#t=0.0"),
        ("6.0", f"{film}#t=6.0"),
    ]
    assert [row[0].get("viewBox") for row in rows] == ["0 0 160 90", "160 0 160 90"]
    (image,) = rows[1][0]
    assert (image.get("width"), image.get("height")) == ("320", "90") and image.get("href").endswith("/storyboard.jpg")
    assert client.get(f"/api/v1{url}").get_json()["thumbnails"].endswith("/storyboard.vtt")
