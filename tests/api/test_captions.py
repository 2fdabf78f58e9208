"""Subtitles and chapters by machine."""

import sqlalchemy as sa

from media.models import Caption, Recording
from tests.world import ready_recording

SRT = "1\n00:00:01,000 --> 00:00:02,000\nL’évaluation\n"


def test_machines_send_the_file_as_it_is(house, speak, session):
    film = ready_recording(session, house.steps["recording"], 90.0)
    name = session.get_one(Recording, film.recording_id).public_id
    client, url = speak(house.admin), f"/api/v1/recordings/{name}/captions"
    sent = client.post(f"{url}?language=fr", data=SRT.encode("cp1252"), content_type="application/x-subrip")
    assert sent.status_code == 201, sent.text
    assert (sent.json["encoding"], sent.json["proved"], sent.json["sample"]) == ("Windows-1252", False, "L’évaluation")
    typed = client.post(f"{url}?language=en&kind=chapters", data=SRT.encode(), content_type="text/vtt")
    assert typed.json["kind"] == "chapters"
    assert [each["language"] for each in client.get(url).json["items"]] == ["fr", "en"]
    assert client.get(f"{url}/{sent.json['id']}").json["webvtt"].startswith("WEBVTT")
    refused = client.post(f"{url}?language=fr", data=b"no subtitles", content_type="text/vtt")
    assert refused.status_code == 422 and refused.content_type == "application/problem+json"
    assert client.post(f"{url}?language=xx", data=SRT.encode()).status_code == 422
    assert speak(house.trainer).post(f"{url}?language=fr", data=SRT.encode()).status_code == 403
    asked = sa.select(sa.func.count()).where(Caption.kind == "captions", Caption.put_away_at.is_(None))
    assert session.scalar(asked) == 1
