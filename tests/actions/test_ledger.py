"""The same union on a real database: reports of two devices in any order, replayed, of two files and all classes."""

import random
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from media.models import TimeMap, Version
from media.rules import State
from modules import access, actions
from modules.actions import Report, played
from modules.models import Coverage, Module, Step, Watching
from tests.world import ready_recording

NOW = datetime.now(UTC)
SAID = ("online", "offline device", "equivalent reading")


def test_reports_in_any_order_and_again_come_to_the_same_and_the_rebuilding_finds_it_equal(house, session):
    step = house.steps["recording"]
    old = ready_recording(session, step, 600.0)
    new = Version(
        recording_id=old.recording_id, number=2, state=State.READY, state_at=NOW, shown_at=NOW, created_at=NOW,
        duration=600.0,
    )  # fmt: skip
    session.add(new)
    session.flush()
    session.add(TimeMap(from_version_id=old.id, to_version_id=new.id, pieces=[[0, 300, 300]], at=NOW))
    other = _sibling(session, step)
    session.commit()
    chance = random.Random(11)
    reports = [
        (chance.choice((old, new)), Report(
            played([[start, start + 15] for start in chance.sample(range(585), 2)]), batch=f"b{number}",
            device=chance.choice("ab"), device_time=NOW + timedelta(seconds=chance.randint(-9_999_999, 9_999_999)),
            sent_at=NOW, speed=1, klass=chance.choice(SAID),
        ))
        for number in range(40)
    ]  # fmt: skip
    found = []
    for shown in (step, other):  # Each step has its own facts: the second hears them in another order, some twice.
        before, said = 0.0, reports if shown is step else [*reports, *reports[:20]]
        if shown is other:
            chance.shuffle(said)
        for version, report in said:
            at = access.watchable_for(session, house.learner, shown.public_id, NOW, version.public_id)
            told = report if shown is step else Report(**_values(report) | {"batch": f"again {report.batch}"})
            seen = actions.watch(session, at, house.learner, told, now=NOW)
            assert seen.covered >= before
            before = seen.covered
        found.append((seen.ranges, seen.done))
    assert found[0] == found[1]
    assert session.scalar(sa.select(sa.func.count(Watching.id))) == 80
    assert all(equal for *_, equal in actions.rebuild(session))
    assert session.scalar(sa.select(sa.func.count(Coverage.id))) == 12


def test_a_step_that_moves_takes_what_was_seen_along(house, session):
    step = house.steps["recording"]
    ready_recording(session, step)
    session.commit()
    at = access.watchable_for(session, house.learner, step.public_id, NOW)
    actions.watch(session, at, house.learner, Report(played([[0, 95]])), now=NOW)
    module = Module(cycle_id=house.cycle.id, position=2, number="2", created_at=NOW)
    session.add(module)
    session.flush()
    step.module_id = module.id
    session.commit()
    admin = access.watchable_for(session, house.admin, step.public_id, NOW)
    stands = actions.seen(session, admin, house.learner)
    assert stands.covered == 95
    assert all(equal for *_, equal in actions.rebuild(session))


def _values(report):
    return {name: getattr(report, name) for name in report.__dataclass_fields__}


def _sibling(session, step):
    other = Step(
        module_id=step.module_id, position=99, kind="recording", recording_id=step.recording_id, created_at=NOW
    )
    session.add(other)
    session.flush()
    return other
