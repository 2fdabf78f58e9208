"""A word to learners: one tap from who needs one, and nobody is written to twice."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.notices.models import Notice
from app.people.models import Membership, Person
from app.people.rules import Role
from modules.models import Assignment

NOW = datetime.now(UTC)
WORD = {"subject": "Votre module", "text": "Où en êtes-vous ?"}


def text(node):
    return " ".join("".join(node.itertext()).split())


@pytest.fixture
def people(house, session):
    """Three who have been silent for forty days, the learner of the house among them."""
    session.execute(sa.update(Membership).values(since=NOW - timedelta(days=40)))
    session.execute(sa.update(Assignment).values(opens_at=NOW - timedelta(days=40)))
    house.steps["page"].kind = "page"
    found = [house.learner]
    for number in range(2):
        person = Person(name=f"Personne {number}", created_at=NOW)
        session.add(person)
        session.flush()
        about = {"cohort_id": house.cohort.id, "role": Role.LEARNER, "since": NOW - timedelta(days=40)}
        session.add(Membership(person_id=person.id, **about))
        found.append(person)
    session.commit()
    return found


def address(house, people):
    to = "&".join(f"to={person.public_id}" for person in people)
    return f"/cohorts/{house.cohort.public_id}/word?{to}"


def test_a_word_reaches_each_and_the_page_says_when(house, people, sign_in, session, page):
    client = sign_in(house.trainer)
    needs = f"/cohorts/{house.cohort.public_id}/needs"
    links = [a.get("href") for a in page(client, needs).iter("a")]
    assert f"/cohorts/{house.cohort.public_id}/word?to={house.learner.public_id}" in links
    assert client.post(address(house, people), data=WORD).status_code == 303
    told = session.scalars(sa.select(Notice)).all()
    assert {(one.person_id, one.by_id) for one in told} == {(person.id, house.trainer.id) for person in people}
    html = page(client, needs)
    assert text(html).count("écrit le") == 3
    assert "écrit le" in text(page(client, address(house, people[:1])))


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(house, people, sign_in, session):
    answer = sign_in(house.trainer).post(address(house, people), data={"subject": "", "text": "Bonjour"})
    assert answer.status_code == 422 and "Bonjour" in answer.text
    assert session.scalars(sa.select(Notice)).all() == []


def test_who_was_written_to_since_the_form_was_opened_is_not_written_to_again(house, people, sign_in, session):
    client, opened = sign_in(house.trainer), (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    assert client.post(address(house, people[:1]), data=WORD).status_code == 303
    again = client.post(address(house, people[:2]), data=WORD | {"asked_at": opened}, follow_redirects=True)
    assert "entre-temps" in again.text
    rows = session.scalars(sa.select(Notice.person_id)).all()
    session.commit()  # A second writer would wait for this one.
    assert sorted(rows) == sorted(person.id for person in people[:2])
    assert client.post(address(house, people[:1]), data=WORD).status_code == 303  # On purpose, later: it is sent.
    assert len(session.scalars(sa.select(Notice)).all()) == 3


def test_only_who_leads_writes_and_only_to_learners_of_the_cohort(house, people, sign_in, session):
    assert sign_in(house.other_trainer).post(address(house, people), data=WORD).status_code == 404
    assert sign_in(house.learner).post(address(house, people), data=WORD).status_code == 403
    assert sign_in(house.trainer).post(address(house, [house.other_learner]), data=WORD).status_code == 422
    assert session.scalars(sa.select(Notice)).all() == []
