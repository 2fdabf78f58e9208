"""A recording is played for a room: credited to who sits there, labelled, added to, and taken back."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.notices.models import Notice
from app.people.models import Membership, Person
from app.people.rules import Role
from modules.attendance import rules
from modules.attendance.models import RoomViewing
from modules.models import Completion, Coverage, Revocation, Sitting, Watching
from tests.conftest import checked
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [(0, 15, False), (290, 305, True), (305, 320, False), (580, 599.5, True), (599.5, 599.5, False), (0, 0, False)],
)
def test_what_is_new_is_credited_each_five_minutes_and_at_the_end(before, after, due):
    assert rules.to_credit(before, after, 600) is due


@pytest.fixture
def second(house, session):
    return more(house, session, 1)[0]


def more(house, session, count):
    people = [Person(name=f"Élève {number:02}", created_at=NOW) for number in range(count)]
    session.add_all(people)
    session.flush()
    for person in people:
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=NOW))
    session.commit()
    return people


@pytest.fixture
def url(house, session):
    ready_recording(session, house.steps["recording"], 600.0)
    session.commit()
    return f"/cohorts/{house.cohort.public_id}/rooms/{house.steps['recording'].public_id}"


@pytest.fixture
def room(house, session, sign_in, page, url):
    """A viewing for these people, and a function that reports what was played."""
    client = sign_in(house.trainer)
    token = next(n.get("data-csrf") for n in page(client, "/").iter() if n.get("data-csrf"))

    def begin(*people):
        answer = client.post(url, data={"people": [each.public_id for each in people], "place": "Salle 1"})
        assert answer.status_code == 303
        viewing = answer.headers["Location"]

        def report(*segments, batch, client=client):
            sent = {"segments": [list(each) for each in segments], "batch": batch}
            return client.post(f"/api/v1{viewing}/watching", json=sent, headers={"X-CSRFToken": token})

        return client, viewing, report

    return begin


def stand(session):
    """The seconds of each class that each person has, and who has done the step."""
    seen = {(row[0], row[1]): row[2] for row in session.execute(
        sa.select(Coverage.person_id, Coverage.klass, Coverage.seconds)
    )}  # fmt: skip
    undone = sa.exists().where(Revocation.completion_id == Completion.id, Revocation.undone_at.is_(None))
    done = set(session.scalars(sa.select(Completion.person_id).where(~undone)))
    session.commit()
    return seen, done


def test_what_is_played_counts_for_who_sits_there_and_not_for_who_plays_it(house, session, room, second, page, sign_in):
    client, viewing, report = room(house.learner)
    assert report((0, 200), batch="a").status_code == 200
    assert stand(session) == ({}, set()), "credited each five minutes"
    assert report((200, 310), batch="b").json["covered"] == 310
    report((0, 200), batch="a")
    assert stand(session) == ({(house.learner.id, "in room"): 310}, set())
    report((310, 600), batch="c")
    assert stand(session) == ({(house.learner.id, "in room"): 600}, {house.learner.id})
    facts = session.execute(sa.select(Watching.by_id, Watching.klass).distinct()).all()
    session.commit()
    assert facts == [(house.trainer.id, "in room")]
    html = page(sign_in(house.learner), "/notices")
    assert "en salle" in text(html)
    assert "10 min" in text(page(client, viewing))


def test_who_is_added_later_gets_all_and_who_was_not_there_loses_it_with_a_reason(
    house, session, room, second, page, sign_in
):
    client, viewing, report = room(house.learner)
    report((0, 600), batch="a")
    assert client.post(f"{viewing}/people", data={"add": 1, "people": second.public_id}).status_code == 303
    both = {house.learner.id, second.id}
    assert stand(session) == ({(each, "in room"): 600 for each in both}, both)
    answer = client.post(f"{viewing}/people", data={"person": second.public_id})
    assert answer.status_code == 422 and "Dites pourquoi" in text(checked(answer))
    out = {"person": second.public_id, "why": "Absente"}
    assert client.post(f"{viewing}/people", data=out).status_code == 303
    assert client.post(f"{viewing}/people", data=out).status_code == 404
    seen, done = stand(session)
    assert seen.get((second.id, "in room"), 0) == 0 and done == {house.learner.id}
    told = session.scalars(sa.select(Notice.kind).where(Notice.person_id == second.id).order_by(Notice.id)).all()
    session.commit()
    assert told == ["room", "room_revoked"]
    client.post(f"{viewing}/people", data={"add": 1, "people": second.public_id})
    assert stand(session)[0] == {(each, "in room"): 600 for each in both}


def test_a_viewing_is_taken_back_as_a_whole_and_what_else_was_seen_stays(house, session, room, second):
    client, viewing, report = room(house.learner, second)
    report((0, 600), batch="a")
    version = session.scalars(sa.select(RoomViewing.version_id)).one()
    about = {"person_id": second.id, "step_id": house.steps["recording"].id, "version_id": version, "received_at": NOW}
    session.add(Watching(**about, segments=[[0, 600]], batch="own"))
    del about["received_at"]
    session.add(Coverage(**about, ranges=[[0, 600]], seconds=600))
    session.commit()
    for wrong in ("", "x" * 501):
        assert client.post(f"{viewing}/revocation", data={"why": wrong}).status_code == 422
        assert client.post(f"{viewing}/people", data={"person": second.public_id, "why": wrong}).status_code == 422
    assert client.post(f"{viewing}/revocation", data={"why": "Mauvaise salle"}).status_code == 303
    seen, done = stand(session)
    assert seen.get((second.id, "online")) == 600 and done == {second.id}
    assert not any(seconds for (_person, klass), seconds in seen.items() if klass == "in room")
    assert client.post(f"{viewing}/end").status_code == 409
    assert report((0, 600), batch="z").status_code == 200, "what a device kept still arrives, and counts for nobody"
    assert stand(session)[1] == {second.id}


def test_what_comes_after_the_end_from_a_device_without_network_is_credited(house, session, room):
    client, viewing, report = room(house.learner)
    report((0, 100), batch="a")
    assert client.post(f"{viewing}/end").status_code == 303
    assert stand(session)[0] == {(house.learner.id, "in room"): 100}
    report((100, 150), batch="b")
    assert stand(session)[0] == {(house.learner.id, "in room"): 150}


def test_who_is_noted_as_present_in_the_half_of_now_is_chosen(house, session, sign_in, page, url, second):
    session.execute(sa.update(Sitting).values(day=NOW.date(), starts_at=NOW - timedelta(minutes=5), place="Salle 7"))
    session.commit()
    client = sign_in(house.trainer)
    day = f"/cohorts/{house.cohort.public_id}/days/{house.steps['in_person'].public_id}"
    client.post(day, data={f"note-{second.public_id}": "present", f"was-{second.public_id}": ""})
    chosen = [f.get("value") for f in page(client, url).iter("input") if f.get("checked") is not None]
    assert chosen == [second.public_id]
    answer = client.post(url, data={"place": "Salle 7"})
    assert answer.status_code == 422 and "Choisissez qui est" in text(checked(answer))


def test_viewings_are_for_who_leads_the_cohort(house, session, room, sign_in, url):
    _client, viewing, report = room(house.learner)
    for person, status in ((house.learner, 403), (house.other_trainer, 404)):
        other = sign_in(person)
        assert other.get(url).status_code == status and other.get(viewing).status_code == status
        assert other.post(f"{viewing}/revocation", data={"why": "x"}).status_code == status
    assert report((0, 10), batch="a", client=sign_in(house.other_trainer)).status_code in (400, 404)
    assert report(("x", 1), batch="b").status_code == 422


def test_the_statements_do_not_grow_with_the_room(house, session, room, statements):
    costs = []
    for count in (2, 30):
        client, viewing, report = room(*more(house, session, count))
        costs.append([
            statements(lambda report=report: report((0, 600), batch="a")),
            statements(lambda client=client, viewing=viewing: client.post(f"{viewing}/revocation", data={"why": "x"})),
        ])  # fmt: skip
    assert costs[0] == costs[1]
