"""Who opens what, and under which rules: each condition of these loads has somebody whom it lets in and keeps out."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.errors import NotFound
from app.people import access as people
from app.people.actions import cohorts
from app.people.models import Administrator, Membership, Person
from app.people.rules import Role
from modules import access, actions
from modules.actions import Report, played
from modules.actions.completing import complete, complete_each, revoke
from modules.actions.governing import newest_rules, rules_for
from modules.models import Assignment, Completion, Module, Revocation, RuleVersion, Step
from tests.world import ready_recording

NOW = datetime.now(UTC)
LATER = NOW + timedelta(hours=1)


def ended(session, person, role, cohort):
    """This role of the person has ended."""
    of_person = (Membership.person_id == person.id, Membership.role == role, Membership.cohort_id == cohort.id)
    session.execute(sa.update(Membership).where(*of_person).values(ended_at=NOW))


def test_an_account_that_was_erased_is_opened_by_nobody(house, session):
    house.admin.is_admin = True
    assert people.person_for(session, house.admin, house.learner.public_id) is house.learner
    house.learner.erased_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        people.person_for(session, house.admin, house.learner.public_id)


def test_of_several_times_in_a_role_the_newest_is_the_one_that_is_changed(house, session):
    asked = (session, house.cohort, house.learner.public_id, Role.LEARNER)
    first = people.membership_for(*asked)
    cohorts.end_membership(session, first, NOW, house.admin)
    assert people.membership_for(*asked) is first
    cohorts.enrol(session, house.cohort, house.learner, Role.LEARNER, LATER, house.admin)
    assert people.membership_for(*asked).since == LATER
    for cohort, role in ((house.other_cohort, Role.LEARNER), (house.cohort, Role.TRAINER)):
        with pytest.raises(NotFound):
            people.membership_for(session, cohort, house.learner.public_id, role)


def test_who_no_longer_administers_opens_no_cycle_and_no_module(house, session):
    def opened():
        return [
            access.cycle_to_edit(session, house.admin, house.cycle.public_id),
            access.module_to_edit(session, house.admin, house.module.public_id),
            access.module_for(session, house.admin, house.module.public_id),
        ]

    assert opened() == [house.cycle, house.module, house.module]
    session.execute(sa.update(Administrator).values(ended_at=NOW))
    for load, row in (
        (access.cycle_to_edit, house.cycle),
        (access.module_to_edit, house.module),
        (access.module_for, house.module),
    ):
        with pytest.raises(NotFound):
            load(session, house.admin, row.public_id)
    session.add(Administrator(person_id=house.admin.id, at=LATER))
    session.flush()
    assert opened() == [house.cycle, house.module, house.module]


def test_a_learner_of_a_cohort_has_that_role_in_it_now_or_had_it(house, session):
    assert access.learner_in(session, house.cohort, house.learner.public_id).learns is True
    ended(session, house.learner, Role.LEARNER, house.cohort)
    assert access.learner_in(session, house.cohort, house.learner.public_id).learns is False
    for cohort, person in ((house.cohort, house.trainer), (house.other_cohort, house.learner)):
        with pytest.raises(NotFound):
            access.learner_in(session, cohort, person.public_id)


@pytest.mark.parametrize(("role", "name"), [(Role.LEARNER, "learner"), (Role.TRAINER, "trainer")])
def test_who_left_a_cohort_opens_its_modules_no_longer(house, session, role, name):
    person, step = getattr(house, name), house.steps["page"]
    assert access.module_for(session, person, house.module.public_id) is house.module
    assert access.step_for(session, person, step.public_id, now=NOW) is step
    ended(session, person, role, house.cohort)
    with pytest.raises(NotFound):
        access.module_for(session, person, house.module.public_id)
    with pytest.raises(NotFound):
        access.step_for(session, person, step.public_id, now=NOW)


def test_who_leads_a_cohort_no_longer_edits_its_modules_no_longer(house, session):
    assert access.module_to_edit(session, house.trainer, house.module.public_id) is house.module
    assert access.step_to_edit(session, house.trainer, house.steps["page"].public_id) is house.steps["page"]
    with pytest.raises(NotFound):
        access.module_to_edit(session, house.learner, house.module.public_id)
    house.cohort.archived_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        access.module_to_edit(session, house.trainer, house.module.public_id)
    house.cohort.archived_at = None
    ended(session, house.trainer, Role.TRAINER, house.cohort)
    with pytest.raises(NotFound):
        access.module_to_edit(session, house.trainer, house.module.public_id)
    with pytest.raises(NotFound):
        access.step_to_edit(session, house.trainer, house.steps["page"].public_id)


def test_a_step_of_a_cohort_is_of_its_kind_not_archived_and_given_to_it(house, session):
    step = house.steps["in_person"]
    assert access.step_in(session, house.cohort, step.public_id, "in_person") is step
    for cohort, kind in ((house.other_cohort, "in_person"), (house.cohort, "quiz")):
        with pytest.raises(NotFound):
            access.step_in(session, cohort, step.public_id, kind)
    step.archived_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        access.step_in(session, house.cohort, step.public_id, "in_person")


@pytest.fixture
def newer(house, session):
    """A second rule version of the module, given to no cohort."""
    rules = RuleVersion(module_id=house.module.id, number=2, at=NOW, terms={})
    session.add(rules)
    session.flush()
    return rules


@pytest.mark.parametrize(("opens_at", "own"), [(None, True), (NOW, True), (LATER, False)])
def test_a_learner_has_the_rules_of_the_cohort_once_its_module_is_open(house, session, newer, opens_at, own):
    session.execute(sa.update(Assignment).values(opens_at=opens_at))
    assert newest_rules(session, house.module.id, NOW) is newer
    found = rules_for(session, house.module.id, [house.learner.id, house.other_learner.id], NOW)
    assert found == {house.learner.id: house.rules.id if own else newer.id, house.other_learner.id: newer.id}


def test_only_who_learns_in_a_cohort_now_has_its_rules_and_only_for_its_module(house, session, newer):
    assert rules_for(session, house.module.id, [house.trainer.id], NOW) == {house.trainer.id: newer.id}
    other = Module(cycle_id=house.cycle.id, position=2, number="2", created_at=NOW)
    session.add(other)
    session.flush()
    its_own = newest_rules(session, other.id, NOW)
    session.add(
        Assignment(cohort_id=house.cohort.id, module_id=other.id, rule_version_id=its_own.id, at=NOW, zone="UTC")
    )
    session.flush()
    assert rules_for(session, house.module.id, [house.learner.id], NOW) == {house.learner.id: house.rules.id}
    assert rules_for(session, other.id, [house.learner.id], NOW) == {house.learner.id: its_own.id}
    ended(session, house.learner, Role.LEARNER, house.cohort)
    assert rules_for(session, house.module.id, [house.learner.id], NOW) == {house.learner.id: newer.id}


def test_of_two_cohorts_the_newer_rules_count(house, session, newer):
    given = {"module_id": house.module.id, "rule_version_id": newer.id, "at": NOW}
    session.add(Assignment(cohort_id=house.other_cohort.id, **given))
    cohorts.enrol(session, house.other_cohort, house.learner, Role.LEARNER, NOW, house.admin)
    assert rules_for(session, house.module.id, [house.learner.id], NOW) == {house.learner.id: newer.id}


def test_a_revocation_ends_once_by_a_person_and_keeps_who_ended_it(house, session):
    step = house.steps["in_person"]

    def note(by, now):
        return complete(session, step, house.learner, now=now, source="attendance", by=by)

    def ends():
        rows = session.execute(sa.select(Revocation.undone_at, Revocation.undone_by_id).order_by(Revocation.id))
        return [tuple(row) for row in rows]

    assert note(house.trainer, NOW)
    completion = session.scalars(sa.select(Completion)).one()
    revoke(session, completion, by=house.trainer, why="Absent", now=NOW)
    assert not note(None, NOW) and ends() == [(None, None)]
    assert note(house.trainer, NOW) and ends() == [(NOW, house.trainer.id)]
    assert not note(house.admin, LATER) and ends() == [(NOW, house.trainer.id)]
    revoke(session, completion, by=house.admin, why="Absent", now=LATER)
    assert note(house.admin, LATER)
    assert ends() == [(NOW, house.trainer.id), (LATER, house.admin.id)]


@pytest.mark.parametrize("at_once", [False, True])
def test_noting_one_person_ends_no_revocation_of_another(house, session, at_once):
    step = house.steps["in_person"]
    people = session.scalars(sa.select(Person).where(Person.id.in_([house.learner.id, house.other_learner.id]))).all()
    for person in people:
        complete(session, step, person, now=NOW, source="attendance", by=house.trainer)
    for completion in session.scalars(sa.select(Completion)).all():
        revoke(session, completion, by=house.trainer, why="Absent", now=NOW)
    noted = {"now": LATER, "source": "attendance", "by": house.trainer}
    if at_once:
        assert complete_each(session, step, [house.learner.id], **noted) == 0
    else:
        assert complete(session, step, house.learner, **noted)
    open_ones = sa.select(Completion.person_id).join(Revocation).where(Revocation.undone_at.is_(None))
    assert session.scalars(open_ones).all() == [house.other_learner.id]


def test_a_report_that_was_under_way_longer_does_not_move_the_place_back(house, session):
    step: Step = house.steps["recording"]
    ready_recording(session, step)
    session.commit()

    def watch(place, now):
        at = access.watchable_for(session, house.learner, step.public_id, now)
        report = Report(played([(place - 5, place)], place))
        return actions.watch(session, at, house.learner, report, now=now).position

    assert [watch(30, NOW), watch(60, LATER), watch(10, NOW), watch(20, LATER)] == [30, 60, 60, 20]
