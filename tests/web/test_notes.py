"""Notes beside a recording: private, kept once, carried to another file, taken along."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from media.models import TimeMap, Version
from media.rules import State
from modules.models import Note
from tests.world import ready_recording, rendition

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).split())


@pytest.fixture
def version(house, session):
    made = ready_recording(session, house.steps["recording"], 1000.0, key="k/a")
    rendition(session, made)
    session.commit()
    return made


@pytest.fixture
def url(house, version):
    return f"/steps/{house.steps['recording'].public_id}"


def shown(html):
    return [text(p) for p in html.findall(".//ul[@class='notes']/li/p")]


def test_a_note_stands_at_its_second_and_only_its_writer_reads_it(house, session, sign_in, page, url):
    client = sign_in(house.learner)
    for at, body in (("12:30", "Deuxième"), ("1:05", "Première")):
        answer = client.post(f"{url}/notes", data={"at": at, "body": body})
        assert answer.status_code == 303 and answer.location.endswith("#notes")
    html = page(client, url)
    assert shown(html) == ["Première", "Deuxième"]
    links = [a.get("href") for a in html.findall(".//ul[@class='notes']/li/a") if a.get("class") == "at"]
    assert links == [f"{url}?t=65#t=65", f"{url}?t=750#t=750"]
    for other in (house.trainer, house.admin):
        assert shown(page(sign_in(other), url)) == []
    assert sign_in(house.other_learner).post(f"{url}/notes", data={"at": "1:05", "body": "Non"}).status_code == 404
    note = session.scalars(sa.select(Note).where(Note.body == "Première")).one()
    session.rollback()
    for person, status in ((house.learner, 200), (house.trainer, 404), (house.admin, 404)):
        assert sign_in(person).get(f"/notes/{note.public_id}").status_code == status


@pytest.mark.parametrize(("at", "body", "said"), [
    ("demain", "Texte", "un moment dans l’enregistrement"),
    ("1:75", "Texte", "un moment dans l’enregistrement"),
    ("16:41", "Texte", "un moment dans l’enregistrement"),
    ("1:05", "   ", "le texte est vide"),
    ("1:05", "x" * 5001, "trop long"),
])  # fmt: skip
def test_what_cannot_be_kept_is_said_beside_it_and_nothing_typed_is_lost(house, session, sign_in, url, at, body, said):
    answer = sign_in(house.learner).post(f"{url}/notes", data={"at": at, "body": body})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in html and f'value="{at}"' in html and body.strip() in html
    assert session.scalar(sa.select(sa.func.count()).select_from(Note)) == 0


def test_a_note_is_changed_removed_and_brought_back(house, session, sign_in, page, url):
    client = sign_in(house.learner)
    client.post(f"{url}/notes", data={"at": "1:05", "body": "Avant"})
    note = session.scalars(sa.select(Note)).one()
    own = f"/notes/{note.public_id}"
    session.rollback()
    assert client.post(own, data={"body": ""}).status_code == 422
    assert client.post(own, data={"body": "Après"}).status_code == 303
    assert shown(page(client, url)) == ["Après"]
    assert sign_in(house.trainer).post(f"{own}/removal").status_code == 404
    assert client.post(f"{own}/removal").status_code == 303
    html = page(client, url)
    assert shown(html) == [] and "Une annotation retirée" in text(html)
    assert client.post(f"{own}/removal", data={"undo": "1"}).status_code == 303
    assert shown(page(client, url)) == ["Après"]


def test_notes_are_carried_to_the_file_that_is_shown_now(house, session, sign_in, page, url, version):
    client = sign_in(house.learner)
    for at, body in (("0:10", "Coupée"), ("1:40", "Restée")):
        client.post(f"{url}/notes", data={"at": at, "body": body})
    newer = Version(
        recording_id=version.recording_id, number=2, state=State.READY, state_at=NOW, shown_at=datetime.now(UTC),
        created_at=NOW, duration=960.0, key="k/b",
    )  # fmt: skip
    session.add(newer)
    session.flush()
    rendition(session, newer)
    session.add(TimeMap(from_version_id=version.id, to_version_id=newer.id, pieces=[[40, 1000, 0]], at=NOW))
    session.commit()
    html = page(client, url)
    assert shown(html) == ["Restée", "Coupée"]
    assert [a.get("href") for a in html.findall(".//ul[@class='notes']/li/a") if a.get("class") == "at"] == [
        f"{url}?t=60#t=60"
    ]
    assert "N’est plus dans l’enregistrement" in text(html)
    gone, kept = session.scalars(sa.select(Note.public_id).order_by(Note.second)).all()
    session.rollback()
    alone = page(client, f"/notes/{gone}")
    assert text(alone.find(".//h1")) == "Annotation" and "N’est plus dans l’enregistrement" in text(alone)
    assert text(page(client, f"/notes/{kept}").find(".//h1")) == "Annotation à 1:00"
    for note, leads in ((gone, f"{url}#notes"), (kept, f"{url}?t=60#notes")):
        assert client.post(f"/notes/{note}", data={"body": "Dit autrement"}).location == leads


def test_notes_are_taken_along_in_three_ways_of_all_or_of_a_module(house, sign_in, url):
    client = sign_in(house.learner)
    client.post(f"{url}/notes", data={"at": "1:05", "body": "=SOMME(A1)\nDeux lignes *ici*"})
    for folder in ("", f"/modules/{house.module.public_id}"):
        for kind, piece in (
            ("txt", "[1:05] =SOMME(A1)\nDeux lignes"),
            ("md", "**1:05**\n\n=SOMME"),
            ("csv", "'=SOMME(A1)"),
        ):
            answer = client.get(f"{folder}/notes.{kind}")
            assert answer.status_code == 200 and piece in answer.get_data(as_text=True), answer.get_data(as_text=True)
            assert (
                answer.headers["Content-Disposition"].startswith("attachment")
                and "annotations" in answer.headers["Content-Disposition"]
            )
    assert "SOMME" not in sign_in(house.trainer).get("/notes.txt").get_data(as_text=True)
    assert client.get("/notes.pdf").status_code == 404


def test_the_notes_of_a_module_are_taken_along_from_where_they_stand(house, sign_in, page, url):
    client, module = sign_in(house.learner), f"/modules/{house.module.public_id}"
    ways = [f"{module}/notes.{kind}" for kind in ("txt", "md", "csv")]

    def links():
        return [a.get("href") for a in page(client, url).iter("a") if "/notes." in a.get("href", "")]

    assert links() == []
    client.post(f"{url}/notes", data={"at": "1:05", "body": "À emporter"})
    assert links() == ways
    assert all("À emporter" in client.get(way).get_data(as_text=True) for way in ways)
    assert sign_in(house.other_learner).get(ways[0]).status_code == 404
