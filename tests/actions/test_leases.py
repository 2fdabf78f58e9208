"""One lease for every kind of work: who has a row, who has lost it, and what becomes of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import jobs
from app.config import Config
from app.operations import queries, rules
from app.operations.kinds import Standing
from app.operations.leases import Leases, Stopped
from app.operations.rules import LEASE, ROOM_PAUSES, back_off
from app.operations.work import NO_ROOM, Hold, NoRoom, work
from media import room
from media.leases import COMPARISONS, DRAFTS, VERSIONS
from media.models import Replacement, SpeechDraft, Version
from media.processes import why
from media.rules import Reason, Stage, State
from tests.world import World, ready_recording

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
CANCELLED = {VERSIONS: State.CANCELLED, COMPARISONS: Stage.STOPPED, DRAFTS: "cancelled"}
DONE = {VERSIONS: State.READY, COMPARISONS: Stage.FOUND, DRAFTS: "done"}


@pytest.fixture
def make(app: Flask, session: Session, house: World) -> Callable[[Leases], Any]:
    """`make(leases)` gives a row of this kind that waits."""
    old = ready_recording(session, house.steps["recording"], 90.0, key="made/a")

    def made(leases: Leases) -> Any:
        told: dict[str, Any] = {"created_at": NOW, "state_at": NOW}
        number = session.scalar(sa.select(sa.func.max(Version.number))) or 1
        new = Version(recording_id=old.recording_id, number=number + 1, state=State.RECEIVED, size=3, **told)
        session.add(new)
        session.flush()
        row: Any = new
        if leases is not VERSIONS:
            new.state, new.duration = State.READY, 60.0
        if leases is COMPARISONS:
            files = {"from_version_id": old.id, "version_id": new.id}
            row = Replacement(recording_id=old.recording_id, stage=Stage.WAITING, **files, **told)
        elif leases is DRAFTS:
            row = SpeechDraft(version_id=new.id, language="fr", created_by_id=house.admin.id, **told)
        session.add(row)
        session.commit()
        return row

    return made


@pytest.fixture(params=[VERSIONS, COMPARISONS, DRAFTS], ids=lambda leases: leases.bell)
def leases(request: pytest.FixtureRequest) -> Any:
    """Each kind of leases."""
    return request.param


@pytest.fixture
def row(make: Any, leases: Leases) -> Any:
    """A row that waits."""
    return make(leases)


def _state(leases: Leases, session: Session, row: Any) -> Any:
    session.refresh(row)
    return getattr(row, leases.state)


def test_one_claim_wins_and_whoever_lost_the_row_writes_nothing(session: Session, leases: Leases, row: Any) -> None:
    assert leases.claim(session, row.id, "a", NOW, "here:1") and not leases.claim(session, row.id, "b", NOW)
    assert _state(leases, session, row) == leases.working[0]
    assert (row.token, row.worker, row.attempt, row.lease_until) == ("a", "here:1", 1, NOW + LEASE)
    later = NOW + LEASE
    leases.renew(session, row.id, "a", later, progress=0.5, eta_s=7.0)
    assert not leases.claim(session, row.id, "b", later + LEASE), "a sign of life keeps it"
    assert leases.claim(session, row.id, "b", later + LEASE + timedelta(seconds=1))
    for lost in (
        lambda: leases.renew(session, row.id, "a", later),
        lambda: leases.fail(session, row.id, "a", Reason.INTERRUPTED, later),
        lambda: leases.put_off(session, row.id, "a", NO_ROOM, later),
        lambda: leases.finish(session, row.id, "a", DONE[leases], later),
    ):
        with pytest.raises(Stopped):
            lost()
    leases.hand_back(session, row.id, "a", later)
    session.refresh(row)
    assert (row.token, row.attempt, row.progress, row.eta_s) == ("b", 2, 0.0, None)
    ended = {"ended_at": later} if leases is DRAFTS else {}
    leases.finish(session, row.id, "b", DONE[leases], later, **ended)
    assert _state(leases, session, row) == DONE[leases] and (row.token, row.progress) == (None, 1.0)
    assert not leases.claim(session, row.id, "c", later + timedelta(days=1)), "what is done is no work"
    session.rollback()


def test_what_is_handed_back_counts_no_attempt_and_is_rung_at_once(session: Session, leases: Leases, row: Any) -> None:
    jobs.queue().huey.flush()
    leases.claim(session, row.id, "a", NOW)
    leases.hand_back(session, row.id, "a", NOW)
    assert _state(leases, session, row) == leases.waiting and (row.attempt, row.token) == (0, None)
    session.commit()
    assert jobs.pending() == 1


def test_a_failure_is_tried_again_later_and_later_and_then_said(session: Session, leases: Leases, row: Any) -> None:
    now, pauses = NOW, []
    for attempt in range(1, leases.tries + 1):
        assert leases.claim(session, row.id, str(attempt), now)
        assert leases.fail(session, row.id, str(attempt), Reason.STORAGE, now) is (attempt == leases.tries)
        session.refresh(row)
        if row.next_try_at:
            assert leases.due(session, row.next_try_at - timedelta(seconds=1)) == []
            pauses.append(row.next_try_at - now)
            now = row.next_try_at
    assert pauses == [back_off(attempt) for attempt in range(1, leases.tries)] and pauses == sorted(set(pauses))
    assert _state(leases, session, row) == leases.failed and row.reason == Reason.STORAGE
    assert leases is not DRAFTS or row.ended_at == now
    session.rollback()


def test_a_row_whose_workers_die_is_given_up(session: Session, leases: Leases, row: Any) -> None:
    now = NOW
    for attempt in range(leases.tries):
        leases.give_up(session, Reason.INTERRUPTED, now)
        assert leases.claim(session, row.id, str(attempt), now)
        now += LEASE + timedelta(seconds=1)
    assert not leases.claim(session, row.id, "once more", now) and leases.due(session, now) == []
    leases.give_up(session, Reason.INTERRUPTED, now)
    assert _state(leases, session, row) == leases.failed and (row.reason, row.token) == (Reason.INTERRUPTED, None)
    session.rollback()


@pytest.mark.parametrize("claimed", [False, True])
def test_what_is_cancelled_is_taken_from_its_worker(session: Session, leases: Leases, row: Any, claimed: bool) -> None:
    if claimed:
        leases.claim(session, row.id, "a", NOW)
    assert leases.stop(session, row, CANCELLED[leases], NOW) and not leases.stop(session, row, CANCELLED[leases], NOW)
    assert _state(leases, session, row) == CANCELLED[leases]
    with pytest.raises(Stopped):
        leases.renew(session, row.id, "a", NOW)
    assert not leases.claim(session, row.id, "b", NOW + timedelta(days=1))
    session.rollback()


def test_while_bells_wait_only_what_they_missed_is_rung_for_and_once(
    session: Session, leases: Leases, row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(leases.__class__, "ring", lambda self, session, row: rung.append(row.id))
    monkeypatch.setattr(jobs, "idle", lambda: False)
    leases.ring_again(session, NOW)
    assert rung == [], "its bell is on its way"
    leases.claim(session, row.id, "dead while bells wait", NOW)
    for _sweep in range(2):
        leases.ring_again(session, NOW + timedelta(minutes=5))
    assert rung == [row.id], "its worker died"
    leases.claim(session, row.id, "a", NOW + timedelta(minutes=5))
    leases.fail(session, row.id, "a", Reason.STORAGE, NOW + timedelta(minutes=5))
    for _sweep in range(2):
        leases.ring_again(session, NOW + timedelta(hours=1))
    assert rung == [row.id] * 2, "its time came"
    monkeypatch.setattr(jobs, "idle", lambda: True)
    leases.ring_again(session, NOW + timedelta(hours=1))
    assert rung == [row.id] * 3, "a bell was lost"
    session.rollback()


def test_work_without_room_waits_longer_and_longer_and_counts_no_attempt(
    session: Session, config: Config, leases: Leases, row: Any
) -> None:
    def lacking(hold: Hold) -> None:
        hold.need_room(lambda session: 1)

    for waited, pause in ((timedelta(), ROOM_PAUSES[0]), (timedelta(minutes=3), timedelta(minutes=3))):
        began = jobs.time_of(session)
        row.state_at, row.next_try_at = began - waited, None
        session.commit()
        work(leases, row.id, lacking, why)
        assert _state(leases, session, row) == leases.waiting
        assert (row.reason, row.attempt, row.token, row.state_at) == (NO_ROOM, 0, None, began - waited)
        assert timedelta() <= row.next_try_at - began - pause < timedelta(seconds=30)
        session.rollback()
    assert not list((config.data_dir / "work").glob("*"))


def test_a_run_works_in_its_own_folder_and_clears_that_of_the_dead_one(
    session: Session, config: Config, leases: Leases, row: Any
) -> None:
    dead, found, cleared = config.data_dir / "work" / "dead", list[Any](), list[tuple[int, str]]()
    dead.mkdir(parents=True)
    leases.claim(session, row.id, "dead", jobs.time_of(session) - timedelta(minutes=5))
    session.commit()

    def look(hold: Hold) -> None:
        found.extend([dead.exists(), hold.folder.is_dir(), hold.token])
        raise OSError("something breaks")

    work(leases, row.id, look, why, lambda row_id, token: cleared.append((row_id, token)))
    assert found[:2] == [False, True] and cleared == [(row.id, "dead"), (row.id, found[2])]
    assert _state(leases, session, row) == leases.waiting and row.reason == Reason.INTERRUPTED
    assert (row.attempt, row.worker) == (2, jobs.here()) and not list((config.data_dir / "work").glob("*"))
    session.rollback()


def test_signs_of_life_tell_the_part_done_and_the_time_left_until_the_row_is_lost(
    session: Session, leases: Leases, row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(rules, "time_left", lambda part, elapsed: 9.0)
    seen: list[tuple[float, float | None]] = []

    def told(hold: Hold) -> None:
        hold.heard(0.25)
        for _wait in range(200):
            hold.lost.wait(0.05)
            session.refresh(row)
            seen.append((row.progress, row.eta_s))
            session.rollback()
            if seen[-1][0] == 0.25:
                leases.stop(session, row, CANCELLED[leases], NOW)
                session.commit()
            hold.check()

    work(leases, row.id, told, why)
    assert seen[-1] == (0.25, 9.0) or (0.25, 9.0) in seen
    assert _state(leases, session, row) == CANCELLED[leases]
    session.rollback()


def test_a_comparison_and_a_draft_ask_for_room_before_they_write(
    session: Session, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def missing(_session: Session, _config: Config, bytes_: int, _version_id: int | None = None) -> int:
        asked.append(bytes_)
        return 1

    monkeypatch.setattr(room, "missing", missing)
    row = make(COMPARISONS)
    session.rollback()
    jobs.HANDLERS[COMPARISONS.bell](row.id)
    assert _state(COMPARISONS, session, row) is Stage.WAITING and (row.reason, row.attempt) == (NO_ROOM, 0)
    assert len(asked) == 1
    session.rollback()


def test_what_waits_is_listed_in_the_order_in_which_it_is_taken(
    session: Session, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[tuple[str, int]] = []
    for each in (VERSIONS, COMPARISONS, DRAFTS):
        monkeypatch.setitem(jobs.HANDLERS, each.bell, lambda row_id, bell=each.bell: taken.append((bell, row_id)))
    rows = {(each.bell, row.id): row for each in (DRAFTS, COMPARISONS, *[VERSIONS] * 4) for row in [make(each)]}
    long, later, short, delayed = [row for (bell, _id), row in rows.items() if bell == VERSIONS.bell]
    long.duration, later.state_at, short.duration = 3600.0, NOW + timedelta(minutes=10), 60.0
    draft = next(row for (bell, _id), row in rows.items() if bell == DRAFTS.bell)
    draft.state_at, delayed.next_try_at = NOW + timedelta(seconds=5), NOW + timedelta(days=2)
    session.commit()
    for each in (DRAFTS, VERSIONS, COMPARISONS):
        each.ring_again(session, NOW + timedelta(hours=1))
    session.commit()
    listed = queries.page_of(session, NOW + timedelta(hours=1)).lines
    session.rollback()
    jobs.drain()
    expected = [short, later, long]
    assert [row_id for bell, row_id in taken if bell == VERSIONS.bell] == [row.id for row in expected]
    assert [line.kind for line in listed] == [*[bell for bell, _id in taken], VERSIONS.bell]
    assert [line.id for line in listed][:3] == [row.public_id for row in expected]
    assert listed[-1].id == delayed.public_id and listed[-1].standing == Standing.WAITING
    assert [line.place for line in listed] == [1, 2, 3, 4, 5, None]


def test_no_room_is_no_failure() -> None:
    assert NO_ROOM == Reason.NO_ROOM and not issubclass(NoRoom, OSError)
