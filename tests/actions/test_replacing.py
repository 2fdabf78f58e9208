"""Another file of a recording waits for a yes, carries what it holds of the old one; the old one can come back."""

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from app import jobs
from app.db import db
from app.errors import Conflict
from media import actions as media_actions
from media import comparing, passages, replacing, uploads
from media.acts import of as acts_of
from media.captions import cues_of
from media.leases import COMPARISONS
from media.models import Caption, Recording, Replacement, TimeMap, Version
from media.rules import Act, Stage, State
from media.uses import Change
from modules import access, actions
from modules.actions import Report, played
from modules.models import Completion, Coverage
from modules.queries import replacing as meaning
from modules.queries import standing
from tests import lecture, spoken

NOW = datetime.now(UTC)
TRIMMED = [[40, 100, 0]]


@pytest.fixture
def recording(house, session):
    found = Recording(title="Enregistrement", created_at=NOW)
    session.add(found)
    session.flush()
    house.steps["recording"].recording_id = found.id
    session.commit()
    return found


@pytest.fixture
def add(recording, session):
    """`add(60.0)` is one more ready file; the first is in use."""

    def ready(length):
        number = 1 + session.scalar(sa.select(sa.func.count()).where(Version.recording_id == recording.id))
        told = {"state": State.READY, "state_at": NOW, "created_at": NOW, "duration": length}
        made = Version(recording_id=recording.id, number=number, shown_at=NOW if number == 1 else None, **told)
        session.add(made)
        session.commit()
        replacing.propose(session, made.id, NOW)
        session.commit()
        return made

    return ready


@pytest.fixture
def accept(recording, session, house):
    """`accept(pieces)` says yes to what waits, as if these had been found."""

    def answer(pieces, by=None):
        row = replacing.of(session, recording.id)
        row.stage, row.pieces = Stage.FOUND, pieces
        session.flush()
        done = replacing.accept(session, recording, row, replacing.print_of(row), by or house.admin, NOW)
        session.commit()
        return done

    return answer


@pytest.fixture
def watch(session, house):
    def report(*segments, version=None, person=None):
        person, public_id = person or house.learner, house.steps["recording"].public_id
        at = access.watchable_for(session, person, public_id, NOW, version and version.public_id)
        seen = actions.watch(session, at, person, Report(played(segments)), now=NOW)
        session.commit()
        return seen

    return report


@pytest.fixture
def stand(session, house):
    def ask():
        at = access.watchable_for(session, house.learner, house.steps["recording"].public_id, NOW)
        return actions.seen(session, at, house.learner)

    return ask


def in_use(session, recording):
    fresh = sa.select(Recording).where(Recording.id == recording.id).options(sa.orm.selectinload(Recording.versions))
    return session.scalars(fresh.execution_options(populate_existing=True)).one().in_use


def test_the_first_file_asks_nobody_and_a_later_one_waits_for_a_yes(add, accept, session, recording):
    first = add(100.0)
    assert replacing.of(session, recording.id) is None and in_use(session, recording) is first
    second = add(60.0)
    assert in_use(session, recording) is first
    row = replacing.of(session, recording.id)
    assert (row.from_version_id, row.version_id, row.stage) == (first.id, second.id, Stage.WAITING)
    assert accept(TRIMMED)
    assert in_use(session, recording) is second and replacing.of(session, recording.id) is None
    assert [done.act for done in acts_of(session, recording)] == [Act.REPLACED]


def test_forty_seconds_less_at_the_start_and_who_had_seen_all_has_seen_all(add, accept, watch, stand, session):
    add(100.0)
    assert watch((0, 100)).done
    add(60.0)
    assert stand().covered == 100
    accept(TRIMMED)
    assert (stand().duration, stand().covered, stand().missing, stand().done) == (60, 60, [], True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Completion)) == 1


def test_only_what_was_changed_is_asked_again_and_no_completion_is_lost(
    add, accept, watch, stand, session, house, recording
):
    add(100.0)
    assert watch((0, 95)).done
    second = add(110.0)
    pieces = [[0, 50, 0], [60, 100, 70]]  # Ten seconds recorded again, in twenty.
    change = Change(recording.id, second.id, 110.0, pieces)
    (line,) = meaning.effects(session, change, "fr")
    assert (line.cohort, line.done, line.done_below, line.watching, line.again) == ("Cohort 1", 1, 1, 0, 20)
    accept(pieces)
    assert stand().missing == [(50, 70), (105, 110)] and stand().done
    (step,) = (step for step in standing.learning(session, house.learner, "fr", NOW)[0].steps if step.ranges)
    assert list(step.changed) == [(50, 70)]


def test_who_had_seen_enough_of_what_is_left_has_done_the_step_with_the_yes(add, accept, watch, stand):
    add(100.0)
    assert not watch((40, 100)).done
    add(60.0)
    accept(TRIMMED)
    assert stand().done


def test_what_was_seen_of_the_first_file_reaches_the_third(add, accept, watch, stand):
    add(100.0)
    watch((0, 30), (50, 80))
    add(60.0)
    accept(TRIMMED)
    add(70.0)
    accept([[0, 20, 0], [20, 60, 30]])
    assert stand().ranges == [(10, 20), (30, 50)]


def test_the_old_file_comes_back_with_what_was_seen_of_both(add, accept, watch, stand, session, recording, house):
    first = add(100.0)
    watch((50, 70), version=first)
    second = add(60.0)
    accept(TRIMMED)
    watch((30, 40), version=second)
    assert stand().ranges == [(10, 40)]
    assert replacing.bring_back(session, recording, first, house.admin, NOW)
    session.commit()
    assert in_use(session, recording) is first and second.put_away_at == NOW
    assert stand().ranges == [(50, 80)]
    assert not replacing.bring_back(session, recording, first, house.admin, NOW)
    assert replacing.bring_back(session, recording, second, house.admin, NOW)
    session.commit()
    assert in_use(session, recording) is second and stand().ranges == [(10, 40)]
    assert session.scalar(sa.select(sa.func.count()).select_from(TimeMap)) == 2
    kept = session.scalars(sa.select(Coverage.ranges).order_by(Coverage.version_id)).all()
    assert kept == [[[50, 70]], [[30, 40]]]


def test_a_file_that_was_never_in_use_does_not_come_back(add, session, recording, house):
    add(100.0)
    second = add(60.0)
    with pytest.raises(Conflict):
        replacing.bring_back(session, recording, second, house.admin, NOW)


def test_no_keeps_the_present_file_and_the_other_can_be_looked_at_again(add, session, recording, house):
    first, second = add(100.0), add(60.0)
    row = replacing.of(session, recording.id)
    assert replacing.keep(session, recording, row, house.admin, NOW)
    assert not replacing.keep(session, recording, row, house.admin, NOW)
    with pytest.raises(Conflict):
        replacing.accept(session, recording, row, replacing.print_of(row), house.admin, NOW)
    session.commit()
    found = in_use(session, recording)
    assert found is first and second.put_away_at == NOW and replacing.of(session, recording.id) is None
    replacing.look_again(session, session.get_one(Recording, recording.id), second, NOW)
    assert replacing.of(session, recording.id).version_id == second.id and second.put_away_at is None


def test_an_answer_is_for_the_map_that_was_seen_and_counts_once(add, accept, session, recording, house):
    add(100.0)
    add(60.0)
    row = replacing.of(session, recording.id)
    row.stage, row.pieces = Stage.FOUND, TRIMMED
    session.commit()
    seen = replacing.print_of(row)
    row.pieces = []
    session.commit()
    with pytest.raises(Conflict):
        replacing.accept(session, recording, row, seen, house.admin, NOW)
    session.rollback()
    seen = replacing.print_of(row)
    assert replacing.accept(session, recording, row, seen, house.admin, NOW)
    assert not replacing.accept(session, recording, row, seen, house.admin, NOW)
    with pytest.raises(Conflict):
        replacing.keep(session, recording, row, house.admin, NOW)


def test_two_administrators_at_once_make_one_act(app, add, session, recording, house):
    add(100.0)
    add(60.0)
    row = replacing.of(session, recording.id)
    row.stage, row.pieces = Stage.FOUND, TRIMMED
    session.commit()
    ids, seen, told = (recording.id, row.id, house.admin.id), replacing.print_of(row), []
    session.rollback()

    def answer():
        with app.app_context(), db.sessionmaker.begin() as own:
            found, waiting = own.get_one(Recording, ids[0]), own.get_one(Replacement, ids[1])
            told.append(replacing.accept(own, found, waiting, seen, own.get_one(type(house.admin), ids[2]), NOW))

    threads = [threading.Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False, True]
    assert [done.act for done in acts_of(session, recording)] == [Act.REPLACED]


def test_a_file_that_comes_while_another_waits_takes_its_place(add, session, recording):
    first = add(100.0)
    second, third = add(60.0), add(70.0)
    row = replacing.of(session, recording.id)
    assert (row.from_version_id, row.version_id) == (first.id, third.id)
    closed = session.scalars(sa.select(Replacement).where(Replacement.version_id == second.id)).one()
    assert closed.decided_at == NOW and closed.accepted is None


def test_when_an_old_file_comes_back_what_waits_is_compared_with_it(add, accept, session, recording, house):
    first, second = add(100.0), add(60.0)
    accept(TRIMMED)
    third = add(70.0)
    replacing.bring_back(session, recording, first, house.admin, NOW)
    row = replacing.of(session, recording.id)
    assert row is not None and (row.from_version_id, row.version_id) == (first.id, third.id)
    assert third.put_away_at is None and second.put_away_at is not None


def test_subtitles_and_chapters_go_with_the_file_but_for_those_of_changed_passages(
    add, accept, session, recording, house
):
    first = add(100.0)
    body = "WEBVTT\n\n" + "\n".join(
        f"00:00:{start:02}.000 --> 00:00:{end:02}.000\n{text}\n"
        for start, end, text in ((10, 12, "gone"), (41, 44, "first"), (50, 53, "second"))
    )
    chapters = (
        "WEBVTT\n\n00:00:00.000 --> 00:00:50.000\nBegin\n\n00:00:50.000 --> 00:01:40.000\nEnd\n"
    )  # fmt: skip
    told = {"version_id": first.id, "language": "fr", "label": "Français", "at": NOW}
    session.add_all([Caption(body=body, **told), Caption(body=chapters, kind="chapters", **told)])
    second = add(60.0)
    accept(TRIMMED)
    found = {each.kind: each for each in session.scalars(sa.select(Caption).where(Caption.version_id == second.id))}
    cues = [(cue.start, cue.end, cue.text) for cue in cues_of(found["captions"].body)]
    assert cues == [(1, 4, "first"), (10, 13, "second")]
    assert [(c.start, c.end, c.text) for c in cues_of(found["chapters"].body)] == [(0, 10, "Begin"), (10, 60, "End")]


def test_a_comparison_is_taken_by_one_worker_and_given_up_after_a_few(add, session, recording):
    add(100.0)
    add(60.0)
    row = replacing.of(session, recording.id)
    claim = COMPARISONS.claim
    assert claim(session, row.id, "a", NOW) and not claim(session, row.id, "b", NOW)
    late = NOW + timedelta(minutes=5)
    assert claim(session, row.id, "b", late)
    assert claim(session, row.id, "c", late + timedelta(minutes=5))
    assert not claim(session, row.id, "d", late + timedelta(minutes=10))
    session.commit()
    comparing.ring_again(session, late + timedelta(minutes=10))
    session.refresh(row)
    assert row.stage is Stage.FAILED
    replacing.compare(session, row, late)
    assert (row.stage, row.attempt) == (Stage.WAITING, 0)
    replacing.stop(session, row, late)
    assert row.stage is Stage.STOPPED and not claim(session, row.id, "e", late)


@pytest.mark.media
def test_a_corrected_file_that_arrives_is_compared_by_its_sound(session, send, config, house, tmp_path):
    text, other = spoken.speech(60, 3), spoken.speech(60, 4)
    part = spoken.part
    first = send(spoken.write(tmp_path / "a.wav", text), "a.wav")
    jobs.drain()
    session.refresh(first)
    changed = spoken.write(tmp_path / "b.wav", part(text, 20, 40), part(other, 0, 8), part(text, 45, 60))
    raw = changed.read_bytes()
    from_now = datetime.now(UTC)
    second = send_another(session, house, config, first.recording_id, raw, from_now)
    jobs.drain()
    session.expire_all()
    row = replacing.of(session, first.recording_id)
    assert (second.state, second.shown_at, row.stage) == (State.READY, None, Stage.FOUND)
    assert np.allclose(row.pieces, [[20, 40, 0], [45, 60, 28]], atol=0.3)
    assert passages.length(passages.changed(row.pieces, second.duration)) == pytest.approx(8, abs=0.6)
    assert not any((config.data_dir / "work").iterdir())


@pytest.mark.media
def test_a_figure_corrected_on_a_slide_under_the_same_voice_is_asked_again(session, send, config, house, tmp_path):
    wav, size = spoken.write(tmp_path / "a.wav", spoken.speech(54, 3)), (640, 360)
    voice = ("-i", str(wav)), (*lecture.STUDIO, "-c:a", "aac")
    slides = [
        [lecture.slide(number, what if number == 1 else "", 1, size) for number in range(3)] for what in ("", "digit")
    ]
    old, new = (
        lecture.film(tmp_path / f"{place}.mp4", shown, *voice[0], encoder=voice[1])
        for place, shown in enumerate(slides)
    )
    first = send(old, "a.mp4")
    jobs.drain()
    session.refresh(first)
    send_another(session, house, config, first.recording_id, new.read_bytes(), datetime.now(UTC))
    jobs.drain()
    session.expire_all()
    row = replacing.of(session, first.recording_id)
    assert row.stage is Stage.FOUND
    assert np.allclose(row.pieces, [[0, 18, 0], [36, 54, 36]], atol=0.4), row.pieces


def send_another(session, house, config, recording_id, raw, now):
    made = media_actions.create(
        session, house.admin, config, file_name="b.wav", size=len(raw),
        recording=session.get_one(Recording, recording_id), now=now,
    )  # fmt: skip
    uploads.part(config, made.public_id).write_bytes(raw)
    media_actions.arrived(session, made, len(raw), now)
    session.commit()
    return made
