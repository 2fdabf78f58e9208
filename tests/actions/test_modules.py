"""Watching and completing on a real database."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import db
from app.errors import Conflict, Invalid, NotFound
from modules import access, actions
from modules.actions import Report, played
from modules.models import Completion, Coverage, Revocation, Watching
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def step(house, session):
    """The recording step with a recording of 100 s that is ready."""
    ready_recording(session, house.steps["recording"])
    session.commit()
    return house.steps["recording"]


@pytest.fixture
def watch(session, step, house):
    """Report watching and commit."""

    def report(*segments, person=None, now=NOW, position=None, **more):
        person = person or house.learner
        at = access.watchable_for(session, person, step.public_id, now)
        seen = actions.watch(session, at, person, Report(played(segments, position), **more), now=now)
        session.commit()
        return seen

    return report


def count(session, table):
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_report_adds_to_the_union(watch):
    assert watch((0, 10)).covered == 10
    seen = watch((5, 20), (50, 60))
    assert seen.covered == 30
    assert seen.missing == [(20, 50), (60, 100)]
    assert not seen.done


def test_the_step_is_done_once_the_union_covers_the_threshold(watch, session, house):
    assert not watch((0, 60)).done
    assert watch((60, 91), speed=2.0).done
    assert watch((0, 100)).done
    completion = session.scalars(sa.select(Completion)).one()
    assert (completion.person_id, completion.source) == (house.learner.id, "watching")
    assert completion.rule_version_id == house.rules.id


def test_jumping_to_the_end_does_not_finish(watch):
    assert not watch((99, 100), position=100).done


def test_the_same_batch_again_stores_nothing(watch, session):
    first = watch((0, 10), batch="a")
    again = watch((0, 50), batch="a")
    assert again.covered == first.covered == 10
    assert count(session, Watching) == 1


def test_two_people_may_use_the_same_batch_name(watch, session, house):
    watch((0, 10), batch="a")
    watch((0, 10), batch="a", person=house.trainer)
    assert count(session, Watching) == 2


@pytest.mark.parametrize("segments", [[(0, float("nan"))], [(5, 1)], [(0, 1)] * 20_001])
def test_a_senseless_report_is_refused_and_stores_nothing(watch, session, segments):
    with pytest.raises(Invalid):
        watch(*segments)
    assert count(session, Watching) == 0


def test_ends_outside_are_clipped_and_odd_batches_marked(watch, session):
    watch((-10, 500), device="phone", device_time=NOW + timedelta(days=3))
    fact = session.scalars(sa.select(Watching)).one()
    assert fact.segments == [[0, 100]]
    assert fact.marks == ["future"]
    assert fact.device_time == NOW + timedelta(days=3)


def test_the_newest_position_wins_whatever_the_device_clock_says(watch, session):
    watch((0, 10), position=10, device="a", now=NOW)
    watch((20, 30), position=30, device="b", device_time=NOW - timedelta(days=9), now=NOW + timedelta(seconds=5))
    assert watch((0, 1), now=NOW + timedelta(seconds=9)).position == 30


def test_a_step_without_a_ready_recording_takes_no_report(house, session):
    at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
    with pytest.raises(Conflict):
        actions.watch(session, at, house.learner, Report(played([[0, 1]])), now=NOW)


def test_only_who_was_given_the_module_may_report(step, session, house):
    for stranger in (house.other_learner, house.other_trainer):
        with pytest.raises(NotFound):
            access.watchable_for(session, stranger, step.public_id, NOW)
    for known in (house.learner, house.trainer, house.admin):
        assert access.watchable_for(session, known, step.public_id, NOW).duration == 100


def test_a_step_opens_with_its_assignment(step, session, house):
    early = NOW - timedelta(days=30)
    with pytest.raises(NotFound):
        access.step_for(session, house.learner, step.public_id, now=early)
    assert access.step_for(session, house.trainer, step.public_id, now=early) is step
    assert access.module_for(session, house.learner, house.module.public_id) is house.module


def test_an_archived_step_is_gone(step, session, house):
    step.archived_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        access.step_for(session, house.learner, step.public_id, now=NOW)


def test_a_completion_is_recorded_once(session, house):
    page = house.steps["page"]
    assert actions.complete(session, page, house.learner, now=NOW, source="page")
    assert not actions.complete(session, page, house.learner, now=NOW, source="page")
    assert count(session, Completion) == 1


def test_what_a_person_took_back_only_a_person_gives_again(session, house):
    day = house.steps["in_person"]
    actions.complete(session, day, house.learner, now=NOW, source="trainer", by=house.trainer)
    actions.take_back(session, day, house.learner, by=house.trainer, why="Erreur de ligne", now=NOW)
    assert not actions.complete(session, day, house.learner, now=NOW, source="watching")
    assert actions.complete(session, day, house.learner, now=NOW, source="trainer", by=house.trainer)
    revocation = session.scalars(sa.select(Revocation)).one()
    assert revocation.why == "Erreur de ligne" and revocation.undone_at == NOW


def test_rebuilding_from_facts_finds_the_summary_equal(watch, session):
    watch((0, 10), position=10)
    watch((40, 50), position=50, now=NOW + timedelta(seconds=3))
    assert [equal for *_, equal in actions.rebuild(session)] == [True]
    session.execute(sa.update(Coverage).values(ranges=[[0, 99]], seconds=99))
    session.expire_all()
    assert [equal for *_, equal in actions.rebuild(session)] == [False]
    assert session.scalars(sa.select(Coverage)).one().ranges == [[0, 10], [40, 50]]


def test_reports_of_many_tabs_at_once_lose_nothing(app, step, house, session):
    learner, public_id = house.learner, step.public_id
    session.rollback()
    failures = []

    def tab(first):
        try:
            with app.app_context():
                for start in range(first, 80, 8):
                    with db.sessionmaker.begin() as own:
                        at = access.watchable_for(own, learner, public_id, NOW)
                        actions.watch(
                            own, at, learner, Report(played([[start, start + 1]]), batch=f"b{start}"), now=NOW
                        )
        except Exception as error:
            failures.append(error)

    tabs = [threading.Thread(target=tab, args=(n,)) for n in range(8)]
    for thread in tabs:
        thread.start()
    for thread in tabs:
        thread.join()
    assert not failures
    assert session.scalars(sa.select(Coverage)).one().ranges == [[0, 80]]
    assert count(session, Watching) == 80
