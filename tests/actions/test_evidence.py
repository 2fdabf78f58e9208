"""Classes of evidence, people credited together, and facts that are revoked."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership, Person
from app.people.rules import Role
from modules import access, actions, rules
from modules.actions import Report, played
from modules.models import Completion, Coverage, RuleVersion, Watching, WatchingRevocation
from modules.queries import progress, standing
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def version(house, session):
    made = ready_recording(session, house.steps["recording"])
    session.commit()
    return made


@pytest.fixture
def watch(house, session, version):
    def report(*segments, now=NOW, **more):
        at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, now)
        seen = actions.watch(session, at, house.learner, Report(played([list(s) for s in segments]), **more), now=now)
        session.commit()
        return seen

    return report


@pytest.fixture
def stand(house, session):
    """Where the learner stands for the player, the learner's pages and the trainer's."""

    def ask():
        session.expire_all()
        at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
        alone = actions.seen(session, at, house.learner)
        mine = standing.learning(session, house.learner, "fr", NOW)[0].steps[0]
        theirs = progress.cohort_progress(session, house.cohort, "fr").learners[0].modules[0].steps[0]
        assert list(mine.ranges) == list(theirs.ranges) == alone.ranges
        return alone

    return ask


def rule(session, house, **terms):
    row = session.get_one(RuleVersion, house.rules.id)
    row.terms = {house.steps["recording"].public_id: terms}
    session.commit()


def rebuilt(session):
    return [equal for *_, equal in actions.rebuild(session)]


def test_only_classes_that_count_count_and_the_others_are_kept(watch, stand, session, house):
    watch((0, 50))
    watch((40, 80), klass=rules.READ)
    watch((70, 85), klass=rules.OFFLINE)
    assert stand().ranges == [(0, 85)]
    rule(session, house, coverage=0.8, classes=["online", "offline device"])
    assert stand().ranges == [(0, 50), (70, 85)]
    assert not watch((84, 88)).done
    rule(session, house, coverage=0.8, classes=["online", rules.READ])
    assert stand().ranges == [(0, 80), (84, 88)]
    assert watch((88, 90)).done
    assert session.scalars(sa.select(Coverage.klass).order_by(Coverage.klass)).all() == sorted(
        ["online", rules.READ, rules.OFFLINE]
    )
    assert rebuilt(session) == [True] * 3


def test_many_are_credited_at_once_in_as_many_statements_as_one(house, version, session, statements):
    step, people = house.steps["recording"], [house.learner.id]
    assert actions.credit(session, step, version.id, people, [[0, 40]], batch="a", now=NOW, by=house.trainer) == 0
    of_one = statements(lambda: actions.credit(session, step, version.id, people, [[0, 95]], batch="b", now=NOW))
    more = []
    for number in range(30):
        person = Person(name=f"{number}", language="fr", created_at=NOW)
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=NOW))
        more.append(person.id)
    session.flush()
    done = []
    of_many = statements(
        lambda: done.append(actions.credit(session, step, version.id, more, [[0, 95]], batch="c", now=NOW))
    )
    assert (done, of_many) == ([30], of_one)
    assert session.scalar(sa.select(sa.func.count()).select_from(Completion)) == 31
    assert rebuilt(session) == [True] * 31
    again = actions.credit(session, step, version.id, [*more, *people], [[0, 99]], batch="c", now=NOW)
    assert again == 0 and max(session.scalars(sa.select(Coverage.seconds))) == 99
    assert session.scalars(sa.select(Watching.by_id).where(Watching.batch == "a")).one() == house.trainer.id


def test_a_revoked_fact_counts_no_longer_and_counts_again_when_that_is_undone(watch, stand, session, house, version):
    step, people = house.steps["recording"], [house.learner.id]
    watch((0, 50))
    actions.credit(session, step, version.id, people, [[30, 95]], batch="viewing", now=NOW, by=house.trainer)
    session.commit()
    assert stand().done and stand().ranges == [(0, 95)]
    facts = actions.facts_of(session, step, people, "viewing")
    assert actions.revoke_facts(session, step, people, facts, by=house.trainer, why="Absente", now=NOW) == 1
    assert actions.revoke_facts(session, step, people, facts, by=house.trainer, why="Absente", now=NOW) == 0
    session.commit()
    assert stand().ranges == [(0, 50)]
    assert stand().done  # What was earned stays until somebody takes it back.
    assert rebuilt(session) == [True, True]
    actions.credit(session, step, version.id, people, [[30, 95]], batch="viewing", now=NOW, by=house.trainer)
    assert stand().ranges == [(0, 50)]  # Sent again, it is the same fact.
    other = [house.other_learner.id]
    assert actions.undo_revocations(session, step, other, facts, by=house.trainer, now=NOW) == 0
    assert actions.undo_revocations(session, step, people, facts, by=house.trainer, now=NOW) == 1
    session.commit()
    assert stand().ranges == [(0, 95)]
    row = session.scalars(sa.select(WatchingRevocation)).one()
    assert (row.why, row.by_id, row.undone_by_id) == ("Absente", house.trainer.id, house.trainer.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(Watching)) == 2


def test_two_devices_at_the_same_time_are_marked_whatever_their_clocks_say(watch, session):
    wrong = timedelta(days=900)  # The second device's clock.
    watch((0, 15), now=NOW, device="a", device_time=NOW, sent_at=NOW, speed=1)
    later = NOW + timedelta(seconds=5)
    ahead = later + wrong
    watch((20, 35), now=later, device="b", device_time=ahead, sent_at=ahead, speed=1)
    after = NOW + timedelta(seconds=40)
    watch((35, 50), now=after, device="b", device_time=after + wrong, sent_at=after + wrong, speed=1)
    waited = NOW + timedelta(days=3)  # Played beside the first report, sent three days later.
    watch((60, 75), now=waited, device="c", device_time=NOW, sent_at=waited, speed=1, klass=rules.OFFLINE)
    unknown = NOW + timedelta(seconds=2)
    watch((80, 95), now=unknown, device="d", device_time=unknown, speed=1)  # It says not when it sent it.
    found = [("overlap" in fact.marks) for fact in session.scalars(sa.select(Watching).order_by(Watching.id))]
    assert found == [False, True, False, True, False]
