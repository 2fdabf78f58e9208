"""I am here: codes on the wall, cards, and what they make of the step; by page and by machine."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.people.models import Membership
from app.people.rules import Role
from app.web.limits import limiter
from modules import actions
from modules.attendance import rules
from modules.attendance.models import AttendanceNote, Half
from modules.models import Completion, Sitting
from tests.conftest import SECRET, checked

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.fixture(autouse=True)
def today(house, session):
    """The day in person is today; the other cohort meets today as well."""
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.execute(sa.update(Sitting).values(day=NOW.date(), starts_at=NOW - timedelta(hours=1)))
    step = house.steps["in_person"]
    session.add(Sitting(step_id=step.id, cohort_id=house.other_cohort.id, starts_at=NOW, day=NOW.date()))
    session.commit()


@pytest.fixture
def codes(house, session):
    """Of each cohort: its half, and the code of so many minutes ago."""
    rows = session.execute(sa.select(Sitting.cohort_id, Half.public_id).join(Half, Half.sitting_id == Sitting.id)).all()
    session.commit()
    halves = dict(tuple(row) for row in rows)
    return lambda cohort, ago=0: rules.wall_code(SECRET, halves[cohort.id], rules.period(datetime.now(UTC)) - ago)


def noted(session):
    found = session.execute(sa.select(AttendanceNote.person_id, AttendanceNote.present, AttendanceNote.source)).all()
    done = session.execute(sa.select(Completion.person_id, Completion.source)).all()
    session.commit()
    return [tuple(row) for row in found], [tuple(row) for row in done]


def test_a_learner_is_noted_once_by_the_code_on_the_wall(house, session, sign_in, codes, page):
    client = sign_in(house.learner)
    for said in ("Votre présence est notée", "Votre présence était déjà notée"):
        answer = client.post("/here", data={"code": codes(house.cohort).lower()}, follow_redirects=True)
        assert said in text(checked(answer))
        assert noted(session) == ([(house.learner.id, True, "code")], [(house.learner.id, "code")])
    assert "noté par le code affiché" in text(
        page(sign_in(house.trainer), f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}")
    )


def test_a_code_that_notes_nothing_says_why_and_stays_typed(house, session, sign_in, codes):
    client = sign_in(house.learner)
    wrong = {
        codes(house.cohort, ago=30): "n’est plus valable",
        codes(house.other_cohort): "autre cohorte",
        "AAAAAA": "Ce n’est pas le code affiché",
        "": "Ce n’est pas le code affiché",
    }
    for typed, said in wrong.items():
        answer = client.post("/here", data={"code": typed})
        assert answer.status_code == 422
        html = checked(answer)
        assert said in text(html)
        assert next(f for f in html.iter("input") if f.get("id") == "code").get("value") == typed
    assert sign_in(house.trainer).post("/here", data={"code": codes(house.cohort)}).status_code == 422
    assert noted(session) == ([], [])


@pytest.fixture
def send(sign_in, page):
    def speak(person, **sent):
        client = sign_in(person)
        token = next(n.get("data-csrf") for n in page(client, "/here").iter() if n.get("data-csrf"))
        return client.post("/api/v1/here", json=sent, headers={"X-CSRFToken": token})

    return speak


def test_what_waited_on_a_device_counts_for_its_own_minute(house, session, send, codes):
    old = codes(house.cohort, ago=30)
    clock = "1980-01-01T00:00:00Z"
    assert send(house.learner, code=old).status_code == 422
    answer = send(house.learner, code=old, later=True, client_id="a", device_time=clock)
    assert answer.status_code == 200 and answer.json["already"] is False
    assert send(house.learner, code=old, later=True, client_id="a").json["already"] is True
    assert noted(session) == ([(house.learner.id, True, "later")], [(house.learner.id, "code")])
    assert send(house.learner, code=codes(house.cohort, ago=24 * 60), later=True).status_code == 422


def test_a_card_is_noted_by_who_leads_the_cohort(house, session, sign_in, page):
    day = f"/cohorts/{house.cohort.public_id}/days/{house.steps['in_person'].public_id}"
    card = rules.card_code(SECRET, house.cohort.public_id, house.learner.public_id)
    assert card in text(page(sign_in(house.learner), "/here"))
    assert card in text(page(sign_in(house.trainer), f"/cohorts/{house.cohort.public_id}/cards"))
    client = sign_in(house.trainer)
    other = rules.card_code(SECRET, house.other_cohort.public_id, house.learner.public_id)
    for typed in (other, ""):
        answer = client.post(f"{day}/card", data={"card": typed})
        assert answer.status_code == 422 and "Aucune carte" in text(checked(answer))
    assert client.post(f"{day}/card", data={"card": card}).status_code == 303
    assert client.post(f"{day}/card", data={"card": card}).status_code == 303
    assert noted(session) == ([(house.learner.id, True, "card")], [(house.learner.id, "trainer")])
    assert sign_in(house.learner).post(f"{day}/card", data={"card": card}).status_code == 403


def test_the_wall_goes_on_by_itself_and_shows_the_address(house, session, sign_in, codes, page):
    wall = f"/cohorts/{house.cohort.public_id}/days/{house.steps['in_person'].public_id}/wall"
    answer = sign_in(house.trainer).get(wall)
    html = checked(answer)
    assert 0 < int(answer.headers["Refresh"].partition(";")[0]) <= 60
    assert codes(house.cohort) in text(html) or codes(house.cohort, ago=1) in text(html)
    assert 'class="qr"' in answer.text and "/here" in text(html)
    session.execute(sa.update(Sitting).values(cancelled_at=NOW))
    session.commit()
    answer = sign_in(house.trainer).get(wall)
    assert "Refresh" not in answer.headers and "Aucune" not in text(checked(answer))


def test_what_was_taken_back_is_not_given_again_by_a_code(house, session, sign_in, codes):
    sign_in(house.learner).post("/here", data={"code": codes(house.cohort)})
    day = f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}"
    step = house.steps["in_person"].public_id
    sign_in(house.trainer).post(f"{day}/steps/{step}/attendance", data={"undo": 1, "why": "Partie"})
    sign_in(house.learner).post("/here", data={"code": codes(house.cohort)})
    assert "Partie" in sign_in(house.learner).get(f"/steps/{step}").text


def test_somebody_who_guesses_waits_and_a_hall_does_not(house, session, sign_in, codes, monkeypatch):
    counting = Flask("counting")
    monkeypatch.setattr(limiter, "enabled", True)
    counting.config["RATELIMIT_STORAGE_URI"] = "memory://"
    limiter.init_app(counting)
    client = sign_in(house.other_learner)
    tried = [client.post("/here", data={"code": "AAAAAA"}).status_code for _ in range(13)]
    assert tried == [422] * 12 + [429]
    assert sign_in(house.learner).post("/here", data={"code": codes(house.cohort)}).status_code == 303


def test_who_has_left_is_not_noted(house, session, sign_in, codes):
    learns = sa.update(Membership).where(Membership.person_id == house.learner.id, Membership.role == Role.LEARNER)
    session.execute(learns.values(ended_at=NOW))
    session.commit()
    assert sign_in(house.learner).post("/here", data={"code": codes(house.cohort)}).status_code == 422
    assert noted(session) == ([], [])
