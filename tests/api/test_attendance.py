"""Attendance by machine: what the outbox of the page sends from a hall without network."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership, Person
from app.people.rules import Role
from modules.models import Completion, Revocation

NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("day_before")  # The day in person has been.


def url(house, kind="in_person", cohort=None):
    cohort, step = cohort or house.cohort, house.steps[kind]
    return f"/api/v1/cohorts/{cohort.public_id}/learners/{house.learner.public_id}/steps/{step.public_id}/attendance"


def rows(session):
    found = session.execute(sa.select(Completion.source, Completion.by_id)).all()
    ends = session.execute(sa.select(Revocation.by_id, Revocation.why)).all()
    session.commit()
    return found, ends


def test_a_note_is_kept_once_and_taken_back_once_with_a_reason(house, session, speak):
    trainer = speak(house.trainer)
    for _ in range(2):
        answer = trainer.post(url(house), json={"present": True, "client_id": "a1"})
        assert (answer.status_code, answer.json) == (200, {"present": True})
    assert rows(session) == ([("trainer", house.trainer.id)], [])
    for _ in range(2):
        answer = trainer.post(url(house), json={"present": False, "why": "Autre salle", "client_id": "a2"})
        assert answer.json == {"present": False}
    assert rows(session)[1] == [(house.trainer.id, "Autre salle")]


def test_an_old_note_that_comes_again_changes_nothing_that_was_noted_since(house, session, speak):
    trainer, there = speak(house.trainer), {"present": True, "client_id": "n1"}
    assert trainer.post(url(house), json=there).json == {"present": True}
    trainer.post(url(house), json={"present": False, "client_id": "n2", "why": "Autre salle"})
    answer = trainer.post(url(house), json=there)
    assert (answer.status_code, answer.json) == (200, {"present": False})
    assert session.scalars(sa.select(Revocation.undone_at)).all() == [None]
    session.commit()
    assert speak(house.admin).post(url(house), json=there).json == {"present": True}, "another sender's name"


def test_a_name_of_one_note_does_not_swallow_another(house, session, speak):
    late = Person(name="late", zone="Africa/Bamako", created_at=NOW)
    session.add(late)
    session.flush()
    session.add(Membership(person_id=late.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=NOW))
    session.commit()
    trainer, there = speak(house.trainer), {"present": True, "client_id": "n1"}
    trainer.post(url(house), json=there)
    other = url(house).replace(house.learner.public_id, late.public_id)
    answer = trainer.post(other, json=there)
    assert answer.status_code == 422 and "autre saisie" in answer.get_data(as_text=True)
    assert trainer.post(other, json={"present": True, "client_id": "n2"}).json == {"present": True}


def test_a_refused_note_does_not_use_its_name_up(house, session, speak):
    long_ago(house, session)
    trainer, off = speak(house.trainer), {"present": False, "client_id": "n1"}
    assert trainer.post(url(house), json=off).status_code == 422
    assert trainer.post(url(house), json={**off, "why": "Autre"}).json == {"present": False}


def test_a_presence_given_again_counts_from_then_on(house, session, speak, sign_in, page):
    long_ago(house, session)
    trainer = speak(house.trainer)
    trainer.post(url(house), json={"present": False, "why": "Absente"})
    trainer.post(url(house), json={"present": True})
    day = f"/cohorts/{house.cohort.public_id}/days/{house.steps['in_person'].public_id}"
    learner = f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}"
    browser = sign_in(house.trainer)
    assert page(browser, day).find(f".//input[@name='why-{house.learner.public_id}']") is None
    assert page(browser, learner).find(".//input[@name='why']") is None
    assert trainer.post(url(house), json={"present": False}).status_code == 200


def test_nothing_is_noted_about_who_has_left_the_cohort(house, session, speak, sign_in, page):
    trainer, browser = speak(house.trainer), sign_in(house.trainer)
    trainer.post(url(house), json={"present": True})
    session.execute(sa.update(Membership).where(Membership.person_id == house.learner.id).values(ended_at=NOW))
    session.commit()
    for note in ({"present": False, "why": "Autre"}, {"present": True}):
        answer = trainer.post(url(house), json=note)
        assert answer.status_code == 409 and "n’apprend plus" in answer.json["detail"]
    shown = f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}"
    form = f"{shown}/steps/{house.steps['in_person'].public_id}/attendance"
    assert browser.post(form, data={"undo": 1, "why": "Autre"}).status_code == 409
    assert all("attendance" not in form.get("action", "") for form in page(browser, shown).iter("form"))
    assert rows(session) == ([("trainer", house.trainer.id)], [])


def long_ago(house, session):
    """A presence that has counted for more than a day."""
    step, at = house.steps["in_person"], NOW - timedelta(hours=25)
    about = {"person_id": house.learner.id, "step_id": step.id, "rule_version_id": house.rules.id}
    session.add(Completion(**about, at=at, source="trainer"))
    session.commit()


def test_a_presence_that_has_counted_for_a_day_needs_a_reason(house, session, speak):
    long_ago(house, session)
    answer = speak(house.trainer).post(url(house), json={"present": False})
    assert answer.status_code == 422 and "plus d’un jour" in answer.json["detail"]
    assert rows(session)[1] == []
    assert speak(house.trainer).post(url(house), json={"present": False, "why": "Autre"}).status_code == 200


def test_only_who_leads_the_cohort_notes_its_days(house, session, speak):
    for person in (house.learner, house.other_learner, house.other_trainer):
        assert speak(person).post(url(house), json={"present": True}).status_code == 404
    trainer = speak(house.trainer)
    assert trainer.post(url(house, "recording"), json={"present": True}).status_code == 404
    assert trainer.post(url(house, cohort=house.other_cohort), json={"present": True}).status_code == 404
    assert rows(session) == ([], [])


@pytest.mark.parametrize(
    "wrong", [{}, {"present": "maybe"}, {"present": False, "why": "a\x00"}, {"present": 1, "x": 1}]
)
def test_a_note_that_cannot_be_read_is_refused(house, session, speak, wrong):
    assert speak(house.trainer).post(url(house), json=wrong).status_code == 422
    assert rows(session) == ([], [])
