"""Subtitles and chapters on the page of a recording and by the API: sent, told, refused, put away, taken along."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, object_session

from media import captions, spoken
from media.models import Caption, Recording, Version
from tests.world import World, ready_recording

SRT = "1\n00:00:01,000 --> 00:00:02,000\nL’évaluation\n"


@pytest.fixture
def film(house: World, session: Session) -> Version:
    """A recording of ninety seconds."""
    version = ready_recording(session, house.steps["recording"], 90.0)
    session.commit()
    return version


@pytest.fixture
def url(film: Version) -> str:
    """Its page."""
    return f"/recordings/{name_of(film)}"


def name_of(film: Version) -> str:
    own = object_session(film)
    assert own is not None
    return own.get_one(Recording, film.recording_id).public_id


def send(client: FlaskClient, url: str, raw: bytes, name: str = "a.srt", **fields: Any) -> Any:
    data = {"language": "fr", "captions": (io.BytesIO(raw), name), **fields}
    return client.post(url, data=data, content_type="multipart/form-data")


def shown(session: Session, kind: str = "captions") -> list[str]:
    session.expire_all()
    asked = (
        sa.select(Caption.body).where(Caption.kind == kind, Caption.put_away_at.is_(None)).order_by(Caption.language)
    )
    found = list(session.scalars(asked))
    session.commit()
    return found


def test_the_page_says_what_was_read_and_what_is_worth_a_look(house, url, sign_in, page, session) -> None:
    client = sign_in(house.admin)
    late = SRT + "\n2\n00:09:00,000 --> 00:09:02,000\nTard\n"
    assert send(client, f"{url}/captions", late.encode("cp1252")).status_code == 303
    text = client.get(url).text
    assert "Windows-1252" in text and "L’évaluation" in text and "UTF-8" in text
    assert "après la fin de l’enregistrement" in text
    page(client, url)
    assert send(client, f"{url}/captions", SRT.encode(), language="en").status_code == 303
    assert len(shown(session)) == 2
    refused = send(client, f"{url}/captions", b"1\n00:02 --> 00:01\nx\n")
    assert refused.status_code == 422 and "Ligne 2" in refused.text
    assert len(shown(session)) == 2


def test_chapters_are_typed_or_sent_and_read_back_for_players(house, film, url, sign_in, page, session) -> None:
    client = sign_in(house.admin)
    began = page(client, url).find(".//input[@name='began']").get("value")
    typed = {"language": "fr", "chapters": "01:00 Le budget\r\n00:00 Ouverture & accueil", "began": began}
    assert client.post(f"{url}/chapters", data=typed).status_code == 303
    found = spoken.chapters(session, film.id, "en")
    session.commit()
    assert [(each.start, each.end, each.title, each.language) for each in found] == [
        (0, 60, "Ouverture & accueil", "fr"), (60, 90, "Le budget", "fr"),
    ]  # fmt: skip
    opened = page(client, f"{url}?chapters=fr")
    assert opened.find(".//textarea[@name='chapters']").text.strip() == "00:00 Ouverture & accueil\n01:00 Le budget"
    began = opened.find(".//input[@name='began']").get("value")
    assert send(client, f"{url}/chapters", SRT.encode("utf-16"), language="en", began=began).status_code == 303
    assert [each.title for each in spoken.chapters(session, film.id, "en")] == ["L’évaluation"]
    assert not shown(session), "chapters are no subtitles"


@pytest.mark.parametrize(
    ("chapters", "said"),
    [("", "au moins un chapitre"), ("00:00 A\n02:00 B", "Ligne 2"), ("A", "Ligne 1")],
)
def test_wrong_chapters_lose_nothing_that_was_typed(house, url, sign_in, page, session, chapters, said) -> None:
    client = sign_in(house.admin)
    began = page(client, url).find(".//input[@name='began']").get("value")
    refused = client.post(f"{url}/chapters", data={"language": "fr", "chapters": chapters, "began": began})
    assert refused.status_code == 422 and said in refused.text and chapters in refused.text
    assert not shown(session, "chapters")


def test_the_second_of_two_at_the_same_chapters_is_told(house, url, sign_in, page, session) -> None:
    client = sign_in(house.admin)
    began = page(client, url).find(".//input[@name='began']").get("value")
    for words, status in (("00:00 Un", 303), ("00:00 Deux", 422)):
        answer = client.post(f"{url}/chapters", data={"language": "fr", "chapters": words, "began": began})
        assert answer.status_code == status
    assert "00:00 Un" in answer.text and "00:00 Deux" in answer.text
    assert "Un" in shown(session, "chapters")[0]


def test_chapters_are_put_away_apart_from_subtitles_and_come_back(house, film, url, sign_in, session) -> None:
    client, now = sign_in(house.admin), datetime.now(UTC)
    rows = [
        Caption(version_id=film.id, kind=kind, language="fr", label="Français", body=captions.webvtt([]), at=now)
        for kind in ("captions", "chapters")
    ]
    session.add_all(rows)
    session.commit()
    chapters = rows[1].public_id
    assert client.post(f"{url}/captions/{chapters}/removal").status_code == 303
    assert (len(shown(session)), len(shown(session, "chapters"))) == (1, 0)
    assert client.post(f"{url}/captions/{chapters}/restoration").status_code == 303
    assert (len(shown(session)), len(shown(session, "chapters"))) == (1, 1)
    assert "Chapitres remis" in client.get(url).text


def test_they_are_taken_along_in_three_forms(house, url, sign_in, session) -> None:
    client = sign_in(house.admin)
    send(client, f"{url}/captions", b"WEBVTT\n\n00:01.000 --> 00:02.500\n<v Anna>A &amp; B\n")
    name = session.scalars(sa.select(Caption.public_id)).one()
    session.commit()
    expected = {
        "vtt": "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v Anna>A &amp; B</v>\n",
        "srt": "1\n00:00:01,000 --> 00:00:02,500\nA & B\n",
        "txt": "A & B\n",
    }
    for form, text in expected.items():
        answer = client.get(f"{url}/captions/{name}/subtitles.{form}")
        assert answer.text == text
        assert f".{form}" in answer.headers["Content-Disposition"]
        assert list(captions.read(answer.data).cues) if form != "txt" else True
    assert client.get(f"{url}/captions/{name}/subtitles.exe").status_code == 404
    assert client.get(f"{url}/captions/unknown/subtitles.vtt").status_code == 404
