"""Coverage, odd batches, days and states: the rules of the spine."""

import gzip
import json
import math
import random
from collections import namedtuple
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import rules
from modules.rules import StepState, Why

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=UTC)
seconds = st.integers(0, 4_000_000).map(lambda milliseconds: milliseconds / 1000)
segment = st.tuples(seconds, seconds).map(lambda pair: (min(pair), max(pair)))
segments = st.lists(segment, max_size=40)
DURATION = 3_600.0


@pytest.mark.parametrize(
    ("played", "union"),
    [
        ([], []),
        ([(0, 10)], [(0, 10)]),
        ([(5, 20), (0, 10)], [(0, 20)]),
        ([(0, 10), (10, 20)], [(0, 20)]),
        ([(0, 10), (10.001, 20)], [(0, 10), (10.001, 20)]),
        ([(0, 10), (2, 3), (2, 3)], [(0, 10)]),
        ([(7, 7)], []),
    ],
)
def test_what_was_seen_is_the_union_of_what_was_played(played, union):
    assert rules.merge(played) == union


@pytest.mark.parametrize(
    ("ranges", "gaps"),
    [
        ([], [(0, 60)]),
        ([(0, 60)], []),
        ([(10, 20), (30, 40)], [(0, 10), (20, 30), (40, 60)]),
        ([(0, 59.9)], [(59.9, 60)]),
        ([(-5, 90)], []),
    ],
)
def test_missing_passages_are_the_rest(ranges, gaps):
    assert rules.missing(ranges, 60) == gaps


def test_a_list_of_missing_passages_may_leave_out_what_nobody_can_play():
    assert rules.missing([(0, 20), (20.2, 50)], 60, at_least=1) == [(50, 60)]


def test_missing_passages_last_as_long_as_their_clocks_say_and_add_up():
    passages = rules.missing([(0, 10.6), (21, 30.6), (41, 50.6), (51.7, 60)], 60, at_least=rules.PLAYABLE)
    assert [rules.told([passage]) for passage in passages] == [11, 11, 1]
    assert rules.told(passages) == 23 and rules.told([]) == 0


@pytest.mark.parametrize(
    ("ranges", "asked", "enough"),
    [
        ([(0, 90)], 0.9, True),
        ([(0, 89)], 0.9, False),
        ([(99, 100)], 0.9, False),  # jumping to the end
        ([(0, 99.6)], 1.0, True),  # browsers stop reporting just before the end
        ([(0, 99)], 1.0, False),
        ([(0, 50), (50.4, 100)], 1.0, False),  # the same half second is not given in the middle
        ([(0, 50), (50.4, 99.6)], 1.0, False),
        ([(0.4, 100)], 1.0, False),  # nor at the beginning
        ([(0, 89.6)], 0.9, False),  # nor to who did not come to the end
        ([(0, 89.6), (99.6, 100)], 0.9, True),
        ([(9.6, 99.6)], 0.9, True),
        ([], 0.0, False),
    ],
)
def test_a_step_is_seen_when_the_union_covers_its_threshold(ranges, asked, enough):
    assert rules.seen_enough(ranges, 100, asked) is enough


@pytest.mark.parametrize(
    ("position", "ranges", "duration", "second", "why"),
    [
        (None, [], 60, 0, Why.NEW),
        (0.0, [], 60, 0, Why.NEW),
        (20.0, [(0, 20)], 60, 20, Why.LEFT),
        (5.0, [(0, 20)], 60, 5, Why.LEFT),  # gone back to, and left there
        (58.9, [(0, 58.9)], 60, 58.9, Why.LEFT),
        (59.0, [(0, 45), (50, 59)], 60, 45, Why.MISSING),
        (60.0, [(0, 45), (45.5, 50), (52, 60)], 60, 50, Why.MISSING),  # half a second cannot be played
        (60.0, [(59, 60)], 60, 0, Why.MISSING),  # jumped to the end
        (60.0, [(0, 60)], 60, 0, Why.AGAIN),
        (59.6, [(0, 59.6)], 60, 0, Why.AGAIN),
        (90.0, [(0, 60)], 60, 0, Why.AGAIN),
        (30.0, [(0, 30)], None, 0, Why.NEW),  # no version is ready
        (0.4, [(0, 0.4)], 0.5, 0, Why.AGAIN),
    ],
)
def test_a_recording_opens_where_it_was_left_or_at_what_is_missing(position, ranges, duration, second, why):
    assert rules.opening(position, ranges, duration) == (second, why)


@given(st.floats(0.01, 40_000))
def test_who_saw_all_of_any_length_has_seen_enough(duration):
    assert rules.seen_enough([(0, duration)], duration, 1.0)
    assert rules.seen_enough(rules.clip([(0, duration / 3), (duration / 3, duration)], duration), duration, 1.0)


@pytest.mark.parametrize("duration", [None, 0, -1])
def test_nothing_is_seen_of_a_recording_without_a_duration(duration):
    assert rules.fraction([(0, 10)], duration) == 0
    assert not rules.seen_enough([(0, 10)], duration, 0.1)


def test_a_rule_version_asks_ninety_percent_unless_it_says_otherwise():
    assert rules.threshold({"a": {"coverage": 0.5}}, "a", 0.8) == 0.5
    assert rules.threshold({"a": {"coverage": 0.5}}, "b", 0.8) == 0.8
    assert rules.threshold(None, "a", 0.8) == 0.8


@given(segments, st.randoms())
def test_any_order_of_segments_gives_the_same_coverage(played, chance):
    shuffled = list(played)
    chance.shuffle(shuffled)
    assert rules.merge(rules.clip(shuffled, DURATION)) == rules.merge(rules.clip(played, DURATION))


@given(segments)
def test_repetition_gives_the_same_coverage(played):
    assert rules.merge(played + played) == rules.merge(played) == rules.merge(rules.merge(played))


@given(st.lists(st.tuples(seconds, seconds, seconds).map(sorted), max_size=40))
def test_splitting_segments_gives_the_same_coverage(cuts):
    whole = rules.clip([(start, end) for start, _, end in cuts], DURATION)
    parts = rules.clip([part for start, cut, end in cuts for part in ((start, cut), (cut, end))], DURATION)
    assert rules.merge(parts) == rules.merge(whole)


@given(st.lists(segments, max_size=8), st.randoms())
def test_any_order_and_splitting_of_batches_gives_the_same_coverage(batches, chance):
    at_once = rules.merge(rules.clip([s for batch in batches for s in batch], DURATION))
    late = list(batches)
    chance.shuffle(late)
    ranges = []
    for batch in late + late[:2]:
        ranges = rules.merge([*ranges, *rules.clip(batch, DURATION)])
    assert ranges == at_once


@given(segments, segments)
def test_coverage_never_falls(before, added):
    assert rules.covered(before + added) >= rules.covered(before)
    assert rules.fraction(before + added, DURATION) >= rules.fraction(before, DURATION)


@given(segments)
def test_seen_and_missing_make_the_whole(played):
    ranges = rules.clip(played, DURATION)
    assert math.isclose(rules.covered(ranges) + rules.covered(rules.missing(ranges, DURATION)), DURATION, abs_tol=0.01)


@pytest.mark.parametrize(
    ("played", "position", "why"),
    [
        ([[0, math.nan]], None, "not_a_number"),
        ([[0, math.inf]], None, "not_a_number"),
        ([[-math.inf, 0]], None, "not_a_number"),
        ([[0, 1]], math.nan, "not_a_number"),
        ([[10, 9]], None, "ends_before_start"),
        ([[1]], None, "not_a_pair"),
        ([[0, 1]] * 20_001, None, "too_many"),
    ],
)
def test_a_batch_without_sense_is_refused(played, position, why):
    with pytest.raises(rules.Refused) as refusal:
        rules.read(played, position, 60)
    assert refusal.value.why == why


def test_ends_outside_the_recording_are_clipped():
    batch = rules.read([[-5, 10], [50, 1e12], [70, 80]], 99, 60)
    assert batch.ranges == [(0, 10), (50, 60)]
    assert batch.position == 60
    assert batch.played == 20


def test_who_watches_all_day_on_three_devices_is_never_refused():
    report = rules.weight(rules.read([(0, 15)], 15, None))
    every_15_seconds = 24 * 3600 // 15
    assert 3 * (every_15_seconds + every_15_seconds) * report <= rules.MOST_A_DAY  # As many again for seeking.


def test_what_is_stored_is_counted_by_day_and_over_all_versions():
    today, kept = date(2026, 3, 4), namedtuple("Kept", "stored stored_on")
    rows = [kept(5, today), kept(7, today), kept(100, date(2026, 3, 3)), kept(0, None)]
    assert rules.stored_on(rows, today) == 12
    assert rules.seconds_to_next_day(datetime(2026, 3, 4, 23, 59, 0, tzinfo=UTC)) == 60
    assert rules.seconds_to_next_day(datetime(2026, 3, 4, tzinfo=UTC)) == 24 * 3600


@pytest.mark.parametrize(
    ("device_time", "previous", "speed", "expected"),
    [
        (None, None, None, []),
        (NOW, None, 1, []),
        (NOW - timedelta(days=9), None, 1, []),  # an outbox may come days later
        (NOW + timedelta(hours=1), None, 1, ["future"]),
        (NOW - timedelta(days=4_000), None, 1, ["clock"]),
        (NOW, NOW - timedelta(seconds=20), 1, []),
        (NOW, NOW - timedelta(seconds=10), 2, []),
        (NOW, NOW - timedelta(seconds=5), 1, ["fast"]),
        (NOW, NOW - timedelta(seconds=10), None, []),  # a player that tells no speed may be a fast one
        (NOW, NOW - timedelta(milliseconds=900), None, ["fast"]),
        (NOW - timedelta(minutes=5), NOW, 1, ["clock"]),
        (NOW, None, 400, ["speed"]),
    ],
)
def test_odd_batches_are_marked_not_dropped(device_time, previous, speed, expected):
    batch = rules.read([[0, 20]], None, 60)
    assert rules.marks(batch, now=NOW, device_time=device_time, previous=previous, speed=speed) == expected
    assert batch.ranges == [(0, 20)]


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(minutes=2), []),
        (timedelta(minutes=2, seconds=1), ["future"]),
        (-timedelta(days=400), []),
        (-timedelta(days=400, seconds=1), ["clock"]),
    ],
)
def test_a_clock_may_be_two_minutes_fast_and_a_batch_four_hundred_days_late(ahead, expected):
    assert rules.marks(rules.read([[0, 20]], None, 60), now=NOW, device_time=NOW + ahead) == expected


@pytest.mark.parametrize(
    ("played", "passed", "expected"),
    [
        (20, 15, []),
        (20.1, 15, ["fast"]),
        (65, None, []),
        (65.1, None, ["unmeasured"]),
    ],
)
def test_five_seconds_are_allowed_for_between_what_was_played_and_what_went_by(played, passed, expected):
    batch = rules.read([[0, played]], None, 100)
    previous = None if passed is None else NOW - timedelta(seconds=passed)
    assert rules.marks(batch, now=NOW, device_time=NOW, previous=previous, speed=1) == expected


@pytest.mark.parametrize(
    ("device_time", "previous", "speed", "expected"),
    [
        (None, None, None, ["unmeasured"]),
        (NOW, None, 1, ["unmeasured"]),
        (None, None, 2, []),
        (None, NOW - timedelta(days=1), 1, ["unmeasured"]),
        (NOW, NOW - timedelta(seconds=100), 1, []),
        (NOW + timedelta(hours=1), None, 1, ["future"]),
    ],
)
def test_a_whole_film_at_once_is_marked_where_no_clock_measures_it(device_time, previous, speed, expected):
    batch, asked = rules.read([[0, 100]], None, 100), {"device_time": device_time, "previous": previous}
    assert rules.marks(batch, now=NOW, speed=speed, **asked) == expected
    assert rules.marks(batch, now=NOW, speed=speed, **asked, played=False) == [
        mark for mark in expected if mark != "unmeasured"
    ]


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Africa/Bamako", datetime(2026, 6, 12, 23, 59, 59, tzinfo=UTC)),
        ("Atlantic/Cape_Verde", datetime(2026, 6, 13, 0, 59, 59, tzinfo=UTC)),
        ("Indian/Mauritius", datetime(2026, 6, 12, 19, 59, 59, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2026, 6, 12, 20, 59, 59, tzinfo=UTC)),  # daylight saving
    ],
)
def test_a_day_ends_at_its_last_second_in_the_zone_of_the_cohort(zone, end):
    assert rules.end_of_day(date(2026, 6, 12), zone) == end
    assert rules.day_of(end, zone) == date(2026, 6, 12)
    assert rules.day_of(end + timedelta(seconds=1), zone) == date(2026, 6, 13)


def test_a_sitting_stands_at_its_clock_time_there():
    assert rules.moment_there(date(2026, 1, 5), time(9, 0), "Africa/Cairo") == datetime(2026, 1, 5, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "opened", "expected"),
    [
        ([], True, []),
        ([True, False, False], True, [StepState.DONE, StepState.NOW, StepState.TODO]),
        ([False, True], True, [StepState.NOW, StepState.DONE]),
        ([True, False], False, [StepState.DONE, StepState.LOCKED]),
    ],
)
def test_the_first_step_not_done_is_now(done, opened, expected):
    assert rules.states(done, opened) == expected


def test_dyes_start_again_after_six():
    assert [rules.dye(place) for place in range(1, 8)] == [1, 2, 3, 4, 5, 6, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", []), ("0[.]12.5[,]20[.]30", [(0, 12.5), (20, 30)]), ("0[.]40.787[,]40.787", [(0, 40.787)])],
)
def test_played_segments_of_other_platforms_are_read(text, expected):
    assert rules.parse_segments(text) == expected


@pytest.mark.shared
def test_real_traces_agree_with_their_platform_within_a_hundredth(shared_data):
    video = "https://w3id.org/xapi/video/extensions/"
    agree = total = 0
    with gzip.open(shared_data / "watch" / "statements.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            statement = json.loads(line)
            result = statement.get("result", {}).get("extensions", {})
            if video + "played-segments" not in result:
                continue
            length = result.get(video + "length") or statement["context"]["extensions"][video + "length"]
            seen = rules.fraction(rules.parse_segments(result[video + "played-segments"]), length)
            total += 1
            agree += abs(seen - result[video + "progress"]) <= 0.01
    assert total > 2_000
    assert agree / total >= 0.985


def test_a_summary_stays_small_whatever_is_sent_and_counts_nothing_unseen():
    crumbs = [(n / 10, n / 10 + 0.05) for n in range(20_000)]
    union = rules.bounded(crumbs)
    assert len(union) == rules.MOST_PIECES
    assert set(union) <= set(crumbs)
    longer = (9.0, 9.5)
    assert longer in rules.bounded(rules.merge([*union, longer]))


@given(st.integers(0, 10**6))
def test_a_full_summary_never_shrinks(seed):
    chance, union, seconds = random.Random(seed), [], 0.0
    for _ in range(8):
        starts = [chance.uniform(0, 3000) for _ in range(200)]
        union = rules.bounded(rules.merge([*union, *((at, at + chance.uniform(0.1, 3)) for at in starts)]))
        assert len(union) <= rules.MOST_PIECES and rules.covered(union) >= seconds - 0.01
        seconds = rules.covered(union)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Africa/Bamako", "America/Lima"])
def test_the_last_day_of_the_calendar_has_a_day_everywhere(zone):
    assert rules.day_of(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), zone).year == 9999


@pytest.mark.parametrize(
    ("was", "now", "wanted", "written", "told"),
    [
        (None, None, True, True, False),
        (True, True, None, True, False),
        (None, None, None, False, False),
        (None, True, None, False, False),  # left as it was: what somebody else has noted stays
        (None, True, True, False, False),  # both have noted the same
        (None, False, True, True, True),
        (True, None, False, True, True),
    ],
)
def test_a_line_of_a_list_is_written_where_it_was_changed_and_told_where_somebody_else_changed_it(
    was, now, wanted, written, told
):
    assert rules.to_write(was, now, wanted) is written
    assert rules.overtaken(was, now, wanted) is told


@pytest.mark.parametrize(
    ("days", "ahead"),
    [
        ([], False),  # No date is set: nobody can say that it lies ahead.
        ([(date(2027, 3, 1), "Africa/Dakar")], False),
        ([(date(2027, 3, 2), "Africa/Dakar")], True),
        ([(date(2027, 3, 2), "Indian/Antananarivo")], False),  # It is the next day there already.
        ([(date(2027, 2, 1), "Africa/Dakar"), (date(2027, 3, 9), "Africa/Dakar")], False),
    ],
)
def test_a_day_lies_ahead_until_it_dawns_there(days, ahead):
    assert rules.all_ahead(days, datetime(2027, 3, 1, 22, 30, tzinfo=UTC)) is ahead
