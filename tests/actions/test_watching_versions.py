"""Watching a recording whose file is replaced: facts belong to the file that was seen."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.errors import Invalid
from media.models import Recording, TimeMap, Version
from media.rules import State
from modules import access, actions
from modules.actions import Report, played
from modules.models import Completion, Coverage, Watching
from modules.queries import progress, standing
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def files(house, session):
    """`files(100.0, 50.0)` hangs a recording with files of these lengths on the step, oldest first."""
    recording = Recording(title="Enregistrement", created_at=NOW)
    session.add(recording)
    session.flush()
    house.steps["recording"].recording_id = recording.id

    def add(*lengths, state=State.READY):
        had = session.scalar(sa.select(sa.func.count()).select_from(Version).where(Version.recording == recording))
        made = [
            Version(
                recording_id=recording.id, number=number, state=state, state_at=NOW, created_at=NOW, duration=length,
                shown_at=NOW if state is State.READY else None,
            )
            for number, length in enumerate(lengths, start=had + 1)
        ]  # fmt: skip
        session.add_all(made)
        session.commit()
        return made

    return add


@pytest.fixture
def watch(session, house):
    """Report watching of a version, or of none in particular, and commit."""

    def report(*segments, version=None, person=None, now=NOW, position=None, **more):
        person, public_id = person or house.learner, house.steps["recording"].public_id
        at = access.watchable_for(session, person, public_id, now, version and version.public_id)
        seen = actions.watch(session, at, person, Report(played(segments, position), **more), now=now)
        session.commit()
        return seen

    return report


@pytest.fixture
def stand(session, house):
    """Where the learner stands: as the player, as the learner's pages and as the trainer's pages are told."""

    def ask():
        at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
        alone = actions.seen(session, at, house.learner)
        for modules in (
            standing.learning(session, house.learner, "fr", NOW),
            progress.cohort_progress(session, house.cohort, "fr").learners[0].modules,
        ):
            step = next(step for step in modules[0].steps if step.kind == "recording")
            assert (list(step.ranges), step.position) == (alone.ranges, alone.position)
            assert (step.done_at is not None) == alone.done
        return alone

    return ask


def map_time(session, old, new, *pieces):
    session.add(TimeMap(from_version_id=old.id, to_version_id=new.id, pieces=[list(piece) for piece in pieces], at=NOW))
    session.commit()


def count(session, table):
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_what_was_seen_of_the_old_file_does_not_count_for_the_new_one(files, watch, stand):
    (old,) = files(100.0)
    watch((0, 80), position=80, version=old)
    assert stand().covered == 80
    (new,) = files(50.0)
    assert (stand().covered, stand().missing, stand().position) == (0, [(0, 50)], None)
    seen = watch((0, 5), position=5, version=new)
    assert (seen.covered, seen.missing, seen.done) == (5, [(5, 50)], False)
    assert stand().position == 5


def test_a_late_report_is_kept_whole_for_the_file_it_names(files, watch, session, stand):
    old, _new = files(100.0, 50.0)
    seen = watch((60, 85), version=old)
    assert (seen.duration, seen.covered, seen.done) == (50, 0, False)
    assert session.scalars(sa.select(Watching)).one().segments == [[60, 85]]
    assert session.scalars(sa.select(Coverage)).one().ranges == [[60, 85]]
    assert stand().covered == 0


def test_facts_are_clipped_to_the_file_they_name(files, watch, session):
    old, new = files(100.0, 50.0)
    watch((0, 500), position=500, version=old)
    watch((0, 500), position=500, version=new)
    watch((40, 500))
    assert [fact.segments for fact in session.scalars(sa.select(Watching).order_by(Watching.id))] == [
        [[0, 100]], [[0, 50]], [[40, 50]],
    ]  # fmt: skip


def test_who_saw_the_old_file_to_its_end_has_done_the_step_however_late_the_report(files, watch, stand):
    old, _new = files(100.0, 50.0)
    assert not watch((0, 80), version=old).done
    assert watch((60, 91), version=old).done
    assert stand().done


def test_a_step_once_done_stays_done_with_another_file(files, watch, stand, session):
    (old,) = files(100.0)
    assert watch((0, 95), version=old).done
    files(50.0)
    assert stand().done and stand().covered == 0
    assert watch((0, 1)).done
    assert count(session, Completion) == 1


def test_a_time_map_carries_what_was_seen(files, watch, stand, session):
    old, new = files(100.0, 50.0)
    watch((0, 80), position=80, version=old)
    map_time(session, old, new, (40, 90, 0))
    assert stand().ranges == [(0, 40)]
    assert stand().position == 40
    assert watch((38, 46), position=46, version=new).done
    assert stand().ranges == [(0, 46)]
    assert session.scalars(sa.select(Coverage.ranges).order_by(Coverage.version_id)).all() == [[[0, 80]], [[38, 46]]]


def test_a_map_to_another_file_carries_nothing_here(files, watch, stand, session):
    old, middle, _new = files(100.0, 50.0, 60.0)
    watch((0, 80), version=old)
    map_time(session, old, middle, (0, 100, 0))
    assert stand().covered == 0


def test_a_file_that_is_not_ready_takes_no_facts_and_gives_no_standing(files, watch, stand):
    (old,) = files(100.0)
    (next_one,) = files(50.0, state=State.TRANSCODING)
    with pytest.raises(Invalid):
        watch((0, 10), version=next_one)
    watch((0, 10), version=old)
    assert (stand().duration, stand().covered) == (100, 10)


def test_each_file_has_its_own_summary_and_rebuilding_makes_them_again(files, watch, session):
    old, new = files(100.0, 50.0)
    watch((0, 10), (60, 70), position=70, version=old)
    watch((0, 20), position=20, version=new, now=NOW + timedelta(seconds=3))
    assert [equal for *_, equal in actions.rebuild(session)] == [True, True]
    session.execute(sa.delete(Coverage).where(Coverage.version_id == new.id))
    session.execute(sa.update(Coverage).values(ranges=[[0, 99]]))
    session.commit()
    assert [equal for *_, equal in actions.rebuild(session)] == [False, False]
    kept = session.execute(sa.select(Coverage.ranges, Coverage.position).order_by(Coverage.version_id)).all()
    assert kept == [([[0, 10], [60, 70]], 70), ([[0, 20]], 20)]


def test_a_map_that_comes_later_completes_with_the_next_rebuilding(files, watch, session, house):
    old, new = files(100.0, 50.0)
    watch((0, 60), version=old)
    assert actions.finish(session, now=NOW) == 0
    map_time(session, old, new, (10, 60, 0))
    assert actions.finish(session, now=NOW) == 1
    assert actions.finish(session, now=NOW) == 0
    assert session.scalars(sa.select(Completion)).one().person_id == house.learner.id


def test_another_recording_on_the_step_begins_at_nothing(files, watch, stand, session, house):
    (old,) = files(100.0)
    watch((0, 80), version=old)
    ready_recording(session, house.steps["recording"], 40.0)
    session.commit()
    assert (stand().covered, stand().missing) == (0, [(0, 40)])
    assert not watch((0, 5)).done
    assert actions.finish(session, now=NOW) == 0
