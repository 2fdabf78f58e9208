"""Somebody goes on in another cohort: nothing is lost, the rules there count, and she can go back."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership
from app.people.rules import Role
from modules import access, actions
from modules.actions import Report, played
from modules.actions.completing import complete
from modules.models import Assignment, Completion, Note, RuleVersion, Watching
from tests.world import ready_recording

NOW = datetime.now(UTC)


def text(tree):
    return " ".join("".join(tree.find(".//main").itertext()).split())


@pytest.fixture
def elsewhere(house, session):
    """The other cohort has the module too, under rules that ask for half of the recording."""
    recording, learner = house.steps["recording"], house.learner
    ready_recording(session, recording, 100.0)
    rules = RuleVersion(module_id=house.module.id, number=2, at=NOW, terms={recording.public_id: {"coverage": 0.5}})
    session.add(rules)
    session.flush()
    due = NOW + timedelta(days=90)
    given = {"cohort_id": house.other_cohort.id, "module_id": house.module.id, "rule_version_id": rules.id}
    session.add(Assignment(**given, at=NOW, due_at=due))
    learner.roles, learner.is_admin = {house.cohort.id: frozenset({Role.LEARNER})}, False
    at = access.watchable_for(session, learner, recording.public_id, NOW)
    actions.watch(session, at, learner, Report(played([(0, 60)])), now=NOW)
    actions.write_note(session, at, learner, 3, "À relire", now=NOW)
    complete(session, house.steps["page"], learner, now=NOW, source="page")
    session.commit()
    return f"/cohorts/{house.cohort.public_id}/people/{learner.public_id}/learner/move"


def rows(session, table):
    session.rollback()
    found = session.execute(sa.select(table.__table__).order_by(table.id)).all()
    session.rollback()
    return found


def held(session, house):
    found = sa.select(Membership.cohort_id).where(
        Membership.person_id == house.learner.id, Membership.ended_at.is_(None)
    )
    cohorts = session.scalars(found).all()
    session.rollback()
    return cohorts


def test_what_was_seen_and_done_goes_along_and_the_rules_there_count(house, session, sign_in, page, elsewhere):
    admin, there, here = sign_in(house.admin), house.other_cohort, house.cohort
    to, back, person = there.public_id, here.public_id, house.learner.public_id
    step, learner, ids = house.steps["recording"].public_id, sign_in(house.learner), (here.id, there.id)
    facts, notes, done = rows(session, Watching), rows(session, Note), rows(session, Completion)
    asked = text(page(admin, f"{elsewhere}?cohort={to}"))
    assert "1 sur 6 étapes" in asked and "règles 1" in asked and "règles 2" in asked
    assert admin.post(elsewhere, data={"cohort": to}).status_code == 303
    assert held(session, house) == [ids[1]]
    assert (rows(session, Watching), rows(session, Note)) == (facts, notes)
    after = rows(session, Completion)
    assert after[: len(done)] == done and [row.source for row in after[len(done) :]] == ["watching"]
    assert learner.get(f"/steps/{step}").status_code == 200
    assert admin.post(elsewhere, data={"cohort": to}).status_code == 409, "a second press"
    shown = page(admin, f"/people/{person}")
    (form,) = [each for each in shown.iter("form") if each.get("action", "").endswith(f"/{person}/learner/move")]
    assert form.get("action").startswith(f"/cohorts/{to}/") and "Cohort 1" in text(shown)
    assert admin.post(form.get("action"), data={"cohort": back}).status_code == 303
    assert held(session, house) == [ids[0]] and rows(session, Completion) == after, "what is done stays done"


def test_who_cannot_be_moved_and_where_to_is_said(house, session, sign_in, elsewhere):
    admin, to, here = sign_in(house.admin), house.other_cohort.public_id, house.cohort.public_id
    assert sign_in(house.trainer).post(elsewhere, data={"cohort": to}).status_code == 403
    for cohort in ("", here, "unknown"):
        assert admin.post(elsewhere, data={"cohort": cohort}).status_code == 422, cohort
    session.add(Membership(person_id=house.learner.id, cohort_id=house.other_cohort.id, role="learner", since=NOW))
    session.commit()
    answer = admin.post(elsewhere, data={"cohort": to})
    assert answer.status_code == 422 and "a déjà ce rôle" in answer.get_data(as_text=True)
    assert len(held(session, house)) == 2
