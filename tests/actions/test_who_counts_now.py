"""What has ended opens nothing and counts for nothing any more: each condition with who passes it and who does not."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.errors import NotFound
from app.people import access as people
from app.people.models import Administrator, Membership, Person
from app.people.rules import Role
from modules import access, actions
from modules.actions import Report, completing, played
from modules.models import Assignment, Revocation, RuleVersion
from tests.world import ready_recording, signed_in

NOW = datetime.now(UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def end(session):
    """`end(Membership, person)`: what this person has of it ends now."""

    def ended(model, person):
        session.execute(sa.update(model).where(model.person_id == person.id).values(ended_at=NOW))
        session.commit()

    return ended


@pytest.fixture
def refused(session):
    """`refused(load, session, …)`: whether it finds nothing."""

    def asked(load, *wanted, **more):
        try:
            load(session, *wanted, **more)
        except NotFound:
            return True
        return False

    return asked


def test_an_administrator_opens_nobody_who_was_erased(house, session, refused):
    admin = people.load_person(session, signed_in(session, house.admin), NOW)
    assert people.person_for(session, admin, house.learner.public_id) is house.learner
    house.learner.erased_at = NOW
    session.flush()
    assert refused(people.person_for, admin, house.learner.public_id)


def test_of_two_memberships_the_newest_is_meant(house, session, end):
    place = {"person_id": house.learner.id, "cohort_id": house.cohort.id}
    wanted = (session, house.cohort, house.learner.public_id, Role.LEARNER)
    old = people.membership_for(*wanted)
    end(Membership, house.learner)
    session.add(Membership(**place, role=Role.LEARNER, since=LATER))
    session.flush()
    session.add(Membership(**place, role=Role.EXPERT, since=LATER))
    session.flush()
    new = people.membership_for(*wanted)
    assert new.id > old.id and new.ended_at is None


def test_who_no_longer_administers_opens_and_edits_nothing(house, refused, end):
    step, module = house.steps["page"].public_id, house.module.public_id
    doors = [
        (access.step_for, step, {"now": NOW}),
        (access.module_for, module, {}),
        (access.module_to_edit, module, {}),
        (access.step_to_edit, step, {}),
        (access.cycle_to_edit, house.cycle.public_id, {}),
    ]
    assert not any(refused(door, house.admin, wanted, **more) for door, wanted, more in doors)
    end(Administrator, house.admin)
    assert all(refused(door, house.admin, wanted, **more) for door, wanted, more in doors)


def test_who_has_left_a_cohort_opens_its_modules_no_more(house, session, refused, end):
    ready_recording(session, house.steps["recording"])
    session.commit()
    recording, module = house.steps["recording"].public_id, house.module.public_id

    def opened(person):
        return [
            not refused(access.step_for, person, recording, now=NOW),
            not refused(access.module_for, person, module),
            not refused(access.watchable_for, person, recording, NOW),
        ]

    for person in (house.learner, house.trainer):
        assert opened(person) == [True, True, True]
        end(Membership, person)
        assert opened(person) == [False, False, False]


def test_only_who_trains_a_cohort_now_edits_its_modules(house, session, refused, end):
    step, module = house.steps["page"].public_id, house.module.public_id

    def edits(person):
        return [not refused(access.module_to_edit, person, module), not refused(access.step_to_edit, person, step)]

    assert edits(house.learner) == edits(house.other_trainer) == [False, False]
    assert edits(house.trainer) == [True, True]
    house.cohort.archived_at = NOW
    session.commit()
    assert edits(house.trainer) == [False, False]
    house.cohort.archived_at = None
    session.commit()
    end(Membership, house.trainer)
    assert edits(house.trainer) == [False, False]


def test_a_learner_of_a_cohort_is_who_learns_or_has_learnt_there(house, session, refused, end):
    assert access.learner_in(session, house.cohort, house.learner.public_id).learns
    for other in (house.trainer, house.other_learner):
        assert refused(access.learner_in, house.cohort, other.public_id)
    end(Membership, house.learner)
    assert not access.learner_in(session, house.cohort, house.learner.public_id).learns


def test_a_step_of_a_cohort_is_one_that_it_has_and_that_stands(house, session, refused):
    day = house.steps["in_person"]
    assert access.step_in(session, house.cohort, day.public_id, "in_person") is day
    assert refused(access.step_in, house.cohort, day.public_id, "page")
    assert refused(access.step_in, house.other_cohort, day.public_id, "in_person")
    day.archived_at = NOW
    session.flush()
    assert refused(access.step_in, house.cohort, day.public_id, "in_person")


@pytest.fixture
def newest(house, session):
    """The newest rules of the module; the cohort keeps those it was given."""
    rules = RuleVersion(module_id=house.module.id, number=2, at=NOW, terms={})
    session.add(rules)
    session.commit()
    return rules.id


def counts_for(session, house, person, now=NOW):
    """The rules that count for this person."""
    return completing.rules_for(session, house.module.id, [person.id], now)[person.id]


def test_the_rules_of_a_cohort_count_for_who_learns_in_it_now(house, session, newest, end):
    assert counts_for(session, house, house.learner) == house.rules.id
    assert counts_for(session, house, house.trainer) == newest
    assert counts_for(session, house, house.other_learner) == newest
    assert counts_for(session, house, house.learner, NOW - timedelta(days=30)) == newest
    end(Membership, house.learner)
    assert counts_for(session, house, house.learner) == newest


def test_of_two_cohorts_the_newer_rules_count(house, session, newest):
    session.add(Assignment(cohort_id=house.other_cohort.id, module_id=house.module.id, rule_version_id=newest, at=NOW))
    session.add(
        Membership(person_id=house.learner.id, cohort_id=house.other_cohort.id, role=Role.LEARNER, since=NOW)
    )  # fmt: skip
    session.commit()
    assert counts_for(session, house, house.learner) == newest


@pytest.mark.parametrize("many", [False, True])
def test_giving_again_ends_the_open_revocation_of_that_person_alone(house, session, many):
    day, second = house.steps["in_person"], Person(name="Participant·e", language="fr", created_at=NOW)
    session.add(second)
    session.flush()
    both = {house.learner.id: "Erreur", second.id: "Erreur"}

    def give(people, now):
        if many:
            actions.complete_each(session, day, people, now=now, source="trainer", by=house.trainer)
        else:
            for person_id in people:
                person = session.get_one(Person, person_id)
                actions.complete(session, day, person, now=now, source="trainer", by=house.trainer)

    give(both, NOW)
    completing.take_back_each(session, day, both, by=house.trainer, now=NOW)
    give([house.learner.id], NOW)
    actions.take_back(session, day, house.learner, by=house.trainer, why="Encore", now=NOW)
    give([house.learner.id], LATER)
    ended = session.execute(sa.select(Revocation.why, Revocation.undone_at).order_by(Revocation.id)).all()
    assert sorted(ended, key=str) == sorted([("Erreur", NOW), ("Erreur", None), ("Encore", LATER)], key=str)


def test_a_report_that_is_handled_late_leaves_the_newer_position(house, session):
    step = house.steps["recording"]
    ready_recording(session, step)
    session.commit()

    def stands_at(position, now):
        at = access.watchable_for(session, house.learner, step.public_id, now)
        report = Report(played([(0, 10)], position))
        return actions.watch(session, at, house.learner, report, now=now).position

    assert stands_at(50, LATER) == 50
    assert stands_at(20, NOW) == 50
    assert stands_at(None, LATER) == 50
    assert stands_at(20, LATER) == 20
    assert stands_at(30, LATER + timedelta(seconds=1)) == 30
