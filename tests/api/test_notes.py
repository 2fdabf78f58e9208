"""Private notes by machine."""

import pytest
import sqlalchemy as sa

from modules.models import Note
from tests.world import ready_recording


@pytest.fixture
def url(house, session):
    ready_recording(session, house.steps["recording"], 1000.0)
    session.commit()
    return f"/steps/{house.steps['recording'].public_id}"


def test_by_machine_a_note_is_kept_once_however_often_it_arrives(house, session, speak, url):
    client, sent = speak(house.learner), {"second": 65.5, "body": "Une fois", "client_id": "a1"}
    first, again = (client.post(f"/api/v1{url}/notes", json=sent) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.json == again.json
    assert session.scalar(sa.select(sa.func.count()).select_from(Note)) == 1
    session.rollback()
    own = f"/api/v1/notes/{first.json['id']}"
    assert client.patch(own, json={"removed": True}).json["removed"] is True
    assert client.patch(own, json={"removed": False, "body": "Mieux"}).json["body"] == "Mieux"
    assert [note["second"] for note in client.get(f"/api/v1{url}/notes").json["notes"]] == [65.5]
    assert client.get("/api/v1/notes").json["notes"][0]["body"] == "Mieux"
    for bad in (
        {"second": -1, "body": "x"},
        {"second": 1000.5, "body": "x"},
        {"second": 1, "body": " "},
        {"second": "1", "body": "x"},
        {"body": "x"},
    ):
        assert client.post(f"/api/v1{url}/notes", json=bad).status_code == 422, bad
    assert speak(house.other_learner).post(f"/api/v1{url}/notes", json=sent).status_code == 404
    assert speak(house.trainer).patch(own, json={"body": "Non"}).status_code == 404
