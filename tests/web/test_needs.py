"""Who needs a word of the trainer: the page of a cohort that says what to do next."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership, Person, SignIn
from app.people.rules import Role
from modules import actions
from modules.models import Assignment, Coverage, ModuleCompletion
from tests.quizzing import set_up, take
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).split())


def ago(days):
    return NOW - timedelta(days=days)


@pytest.fixture
def url(house, session):
    """A cohort that began forty days ago, with a recording of a hundred seconds."""
    session.execute(sa.update(Membership).values(since=ago(40)))
    session.execute(sa.update(Assignment).values(opens_at=ago(40)))
    house.version = ready_recording(session, house.steps["recording"], 100.0)
    session.commit()
    return f"/cohorts/{house.cohort.public_id}/needs"


def watched(session, house, days, person=None):
    about = {"step_id": house.steps["recording"].id, "version_id": house.version.id}
    whose = (person or house.learner).id
    session.add(Coverage(**about, person_id=whose, ranges=[[0, 20]], seconds=20, position=20, position_at=ago(days)))
    session.commit()


def rows_of(html):
    return [[text(cell) for cell in row] for row in html.findall(".//tbody/tr")]


def test_who_began_and_left_is_stuck_there_and_silent(house, url, sign_in, page, session):
    watched(session, house, 20)
    html = page(sign_in(house.trainer), url)
    [row] = rows_of(html)
    assert row[0] == "learner" and "Étape recording" in row[1] and row[2].startswith("depuis le")
    assert "1 personne attend" in text(html.find(".//h1"))
    assert rows_of(page(sign_in(house.trainer), f"{url}?only=silent")) == [row]


def test_who_signs_in_but_does_nothing_is_stuck_and_not_silent(house, url, sign_in, page, session):
    watched(session, house, 20)
    about = {"person_id": house.learner.id, "device": "Firefox", "kept": False}
    session.add(SignIn(**about, at=ago(30), last_used_at=ago(2)))
    session.commit()
    [row] = rows_of(page(sign_in(house.trainer), url))
    assert "Étape recording" in row[1] and row[2] == "–"
    assert rows_of(page(sign_in(house.trainer), f"{url}?only=silent")) == []


@pytest.mark.parametrize(
    "why", ["watched today", "joined yesterday", "opens tomorrow", "finished", "finished before", "left"]
)
def test_who_is_not_counted(house, url, sign_in, page, session, why):
    watched(session, house, 0 if why == "watched today" else 20)
    if why == "joined yesterday":
        session.execute(sa.update(Membership).values(since=ago(1)))
    if why == "opens tomorrow":
        session.execute(sa.update(Assignment).values(opens_at=ago(-1)))
    if why == "finished before":  # A step that was added later.
        done = ModuleCompletion(person_id=house.learner.id, module_id=house.module.id, at=ago(20))
        done.rule_version_id = house.rules.id
        session.add(done)
    if why == "left":
        session.execute(sa.update(Membership).where(Membership.role == Role.LEARNER).values(ended_at=NOW))
    if why == "finished":
        for step in house.steps.values():
            actions.complete(session, step, house.learner, now=ago(20), source="trainer", by=house.trainer)
    session.commit()
    html = page(sign_in(house.trainer), url)
    assert text(html.find(".//h1")) == "Personne n’attend rien de vous ici."


def test_what_waits_for_a_grade_is_counted_with_its_oldest_and_leads_there(house, url, sign_in, page, session):
    quizzing = set_up(session, house)
    take(session, quizzing, house.learner, quizzing.right)
    session.commit()
    waiting = f"/grading?cohort={house.cohort.public_id}"
    for person, may_grade in ((house.trainer, True), (house.admin, False)):
        html = page(sign_in(person), url)
        assert text(html.find(".//h1")) == "1 réponse attend une note." and "la plus ancienne depuis" in text(html)
        assert (waiting in [link.get("href") for link in html.iter("a")]) is may_grade


def test_people_are_found_paged_and_taken_along(house, url, sign_in, page, session):
    for number in range(60):
        person = Person(name=f"Personne {number:02}", created_at=NOW)
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=ago(40)))
    session.commit()
    client = sign_in(house.trainer)
    assert len(rows_of(page(client, url))) == 50 and len(rows_of(page(client, f"{url}?page=2"))) == 11
    assert [row[0] for row in rows_of(page(client, f"{url}?q=personne+07"))] == ["Personne 07"]
    assert rows_of(page(client, f"{url}?q=nobody")) == []
    table = client.get(f"{url}.csv").get_data().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table, newline=""), delimiter=";"))) == 62


def test_statements_stay_the_same_for_three_and_for_thirty(house, url, sign_in, session, statements):
    client, counts = sign_in(house.trainer), []
    for many in (3, 30):
        for number in range(many):
            person = Person(name=f"P {many} {number}", created_at=NOW)
            session.add(person)
            session.flush()
            session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=ago(40)))
            watched(session, house, 20, person)
        client.get(url)
        counts.append(statements(lambda: client.get(url)))
    assert counts[0] == counts[1] <= 14
