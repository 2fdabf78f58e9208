"""Who did what with a recording, and subtitles that were put away: told on its page and by the API."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media import actions
from media.models import Caption, Recording, RecordingAct, Rendition, Version
from media.rules import Act, Reason, State
from tests.world import World, ready_recording


@pytest.fixture
def ready(session: Session, house: World) -> Version:
    """A recording that can be watched."""
    version = ready_recording(session, house.steps["recording"], key="film/0a", width=176, height=144)
    version.recording = session.get_one(Recording, version.recording_id)
    session.commit()
    return version


def done(client: FlaskClient, version: Version) -> list[tuple[Any, ...]]:
    """What the API tells, oldest first."""
    items = client.get(f"/api/v1/recordings/{version.recording.public_id}/acts").json["items"]
    return [(one["act"], one["file"], one["label"], one["by"]) for one in reversed(items)]


def test_the_page_and_the_api_say_who_did_what_and_when(
    app: Flask, house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    client, url, name = sign_in(house.admin), f"/recordings/{ready.recording.public_id}", house.admin.name
    assert done(client, ready) == [] and page(client, url).find(".//*[@id='acts']") is None
    assert client.post(f"{url}/restoration").status_code == 303
    assert done(client, ready) == [], "what was never archived was not put back either"
    for word in ("archive", "archive", "restoration"):
        assert client.post(f"{url}/{word}").status_code == 303
    config, now = app.config["HOUSE"], datetime.now(UTC)
    second = actions.create(session, house.admin, config, size=10, recording=ready.recording, now=now)
    session.commit()
    assert client.post(f"{url}/cancellation").status_code == 303
    assert client.post(f"{url}/earlier").status_code == 303
    assert client.post(f"{url}/earlier").status_code == 409
    third = actions.create(session, house.admin, config, size=10, recording=ready.recording, now=now)
    third.state, third.reason = State.FAILED, Reason.STORAGE
    session.commit()
    assert client.post(f"{url}/retry").status_code == 303
    assert done(client, ready) == [
        ("archived", None, None, name), ("restored", None, None, name), ("cancelled", second.number, None, name),
        ("put_away", second.number, None, name), ("retried", third.number, None, name),
    ]  # fmt: skip
    told = "".join(page(client, url).find(".//*[@id='acts']").itertext())
    assert "Fichier 2 mis de côté, le précédent gardé" in told and name in told
    assert sign_in(house.trainer).get(url).status_code == 403


def test_a_file_that_came_to_nothing_is_named_with_who_sent_it_and_what_stays_is_true(
    app: Flask, house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"
    config, now = app.config["HOUSE"], datetime.now(UTC)
    newer = actions.create(
        session, house.admin, config, file_name="b<i>.mov", size=6_000_000, recording=ready.recording, now=now
    )
    actions.cancel(session, config, newer, house.admin, now)
    session.commit()
    tree = page(client, url)
    state = " ".join("".join(tree.find(".//*[@id='state']").itertext()).split())
    assert "b<i>.mov, 6 Mo" in state and "rien de ce fichier n’a été gardé" in state
    assert "c’est lui que les étapes montrent" in state and state.count("fichier précédent") == 2, "said, and a button"
    assert "2 · b<i>.mov" in [one.text_content() for one in html.fromstring(client.get(url).text).findall(".//th")]
    assert [row[-1] for row in _cells(tree)] == [house.admin.name, "–"], "nobody sent the one that was made here"
    assert "Les étapes continuent de montrer le fichier précédent." in client.get("/recordings").text
    house.steps["recording"].recording_id = None
    session.commit()
    assert "Le fichier précédent reste." in client.get("/recordings").text
    assert "il reste tant qu’un autre n’est pas prêt" in client.get(url).text


def test_all_that_says_how_far_a_file_is_keeps_itself_fresh_while_it_moves(
    house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"
    for state, seconds in ((State.READY, "0"), (State.TRANSCODING, "3")):
        ready.state = state
        session.commit()
        parts = page(client, url).findall(".//*[@data-live]")
        assert {part.get("id"): part.get("data-live") for part in parts} == dict.fromkeys(
            ("now", "state", "preview", "record"), seconds
        )


def test_an_archived_recording_says_so_on_its_page(
    house: World, ready: Version, session: Session, sign_in: Any
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"
    said = "aucun formulaire d’étape ne le propose"
    assert said not in client.get(url).text
    client.post(f"{url}/archive")
    assert said in client.get(url).text


def test_of_an_erased_person_the_act_stays_and_the_name_goes(
    house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    url = f"/recordings/{ready.recording.public_id}"
    for person in (house.other_learner, None):
        session.add(
            RecordingAct(recording_id=ready.recording_id, act=Act.ARCHIVED, at=datetime.now(UTC),
                         by_id=person.id if person else None)
        )  # fmt: skip
    house.other_learner.erased_at = datetime.now(UTC)
    session.commit()
    client = sign_in(house.admin)
    assert done(client, ready) == [("archived", None, None, None)] * 2
    told = "".join(page(client, url).find(".//*[@id='acts']").itertext())
    assert house.other_learner.name not in told and told.count("Ancien·ne membre") == 1


def test_the_database_knows_no_other_act(session: Session, ready: Version) -> None:
    rows = sa.text("INSERT INTO recording_act (recording_id, act, at) VALUES (:id, :act, '2026-01-01 00:00:00')")
    session.execute(rows, {"id": ready.recording_id, "act": "archived"})
    with pytest.raises(IntegrityError):
        session.execute(rows, {"id": ready.recording_id, "act": "burnt"})


def test_subtitles_are_put_away_replaced_and_brought_back_and_never_lost(
    house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"

    def save(words: str) -> str:
        body = io.BytesIO(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{words}\n".encode())
        sent = {"language": "fr", "captions": (body, "a.vtt")}
        assert client.post(f"{url}/captions", data=sent, content_type="multipart/form-data").status_code == 303
        name = session.scalars(sa.select(Caption.public_id).order_by(Caption.id.desc())).first()
        session.commit()
        return name or ""

    def heard() -> bytes | None:
        track = page(client, url).find(".//track")
        return None if track is None else client.get(track.get("src")).data.splitlines()[-1]

    ready.key = f"{ready.public_id}/0a"
    session.add(_picture(ready))
    session.commit()
    first = save("Un")
    track = page(client, url).find(".//track").get("src")
    assert client.post(f"{url}/captions/{first}/removal").status_code == 303
    assert heard() is None and client.get(track).status_code == 404
    assert "Rétablir" in client.get(url).text
    assert client.post(f"{url}/captions/{first}/restoration").status_code == 303
    assert heard() == b"Un"
    second = save("Deux")
    assert heard() == b"Deux"
    assert client.post(f"{url}/captions/{first}/restoration").status_code == 303
    assert heard() == b"Un"
    assert client.post(f"{url}/captions/{second}/removal").status_code == 303, "already away: nothing happens"
    assert [act for act, *_ in done(client, ready)] == [
        "subtitles_away", "subtitles_back", "subtitles_away", "subtitles_away", "subtitles_back",
    ]  # fmt: skip
    for word in ("removal", "restoration"):
        assert client.post(f"{url}/captions/unknown/{word}").status_code == 404
        assert sign_in(house.trainer).post(f"{url}/captions/{first}/{word}").status_code == 403


def test_subtitles_of_another_recording_are_not_found_here(
    house: World, ready: Version, session: Session, sign_in: Any
) -> None:
    other = ready_recording(session, house.steps["recording"])
    stranger = Caption(version_id=other.id, language="fr", label="Français", body="WEBVTT\n", at=datetime.now(UTC))
    session.add(stranger)
    session.commit()
    url = f"/recordings/{ready.recording.public_id}/captions/{stranger.public_id}/removal"
    assert sign_in(house.admin).post(url).status_code == 404


def test_the_database_shows_one_file_of_subtitles_a_language(session: Session, ready: Version) -> None:
    now = datetime.now(UTC)
    row = {"version_id": ready.id, "language": "fr", "label": "Français", "body": "", "at": now}
    session.add_all([Caption(**row), Caption(**row, put_away_at=now), Caption(**row, put_away_at=now - timedelta(1))])
    session.flush()
    session.add(Caption(**row))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_refused_form_of_the_page_says_so_once_at_the_top_and_leads_to_its_field(
    house: World, ready: Version, sign_in: Any, page: Any
) -> None:
    client, url = sign_in(house.admin), f"/recordings/{ready.recording.public_id}"
    assert page(client, url).find(".//*[@class='notice bad summary']") is None
    for path, field, typed in (
        ("title", "title", {"title": " "}), ("title", "title", {"title": "x" * 301}), ("versions", "file", {}),
        ("captions", "captions", {"language": "fr"}),
    ):  # fmt: skip
        answer = client.post(f"{url}/{path}", data=typed)
        tree = html.fromstring(answer.text)
        assert answer.status_code == 422
        assert [link.get("href") for link in tree.findall(".//*[@class='notice bad summary']//a")] == [f"#{field}"]
        assert tree.get_element_by_id(field).get("aria-invalid") == "true"
    assert "Écrivez au plus 300 caractères." in client.post(f"{url}/title", data={"title": "x" * 301}).text


def test_the_size_of_a_picture_reads_from_left_to_right_everywhere(
    house: World, ready: Version, session: Session, sign_in: Any, page: Any
) -> None:
    ready.key = f"{ready.public_id}/0a"
    session.add(_picture(ready))
    session.commit()
    [size] = page(sign_in(house.admin), f"/recordings/{ready.recording.public_id}").findall(".//td//bdi[@dir='ltr']")
    assert size.text == "176 × 144"


def _cells(tree: Any) -> list[list[str]]:
    """What stands in the table of files, row by row."""
    table = next(one for one in tree.findall(".//table") if "Fichiers" in "".join(one.itertext()))
    return [["".join(cell.itertext()) for cell in row.findall("td")] for row in table.findall(".//tbody/tr")]


def _picture(version: Version) -> Rendition:
    return Rendition(
        version_id=version.id, name="144p", kind="video", width=176, height=144, bytes=9, bandwidth=1,
        average_bandwidth=1, codecs="avc1", key=f"{version.key}/144p.mp4",
    )  # fmt: skip
