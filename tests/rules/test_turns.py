"""Which file comes first, what a conversion needs on the disk, and when somebody looks again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.operations.rules import ROOM_PAUSES, room_pause
from media.rules import BYTES_A_SECOND, MAX_SECONDS, footprint, ladder, turn

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
MINUTE, HOUR = 60.0, 3600.0


@pytest.mark.parametrize(
    ("long", "short", "passes"),
    [
        ((0, HOUR), (0, MINUTE), True),
        ((0, HOUR), (58, MINUTE), True),
        ((0, HOUR), (60, MINUTE), False),
        ((0, HOUR), (10, 2 * HOUR), False),
    ],
    ids=["together", "within the hour", "after the hour", "longer and later"],
)
def test_a_short_file_passes_a_long_one_that_has_not_waited_as_long_as_it_lasts(long, short, passes):
    first, second = (turn(NOON + timedelta(minutes=since), None, seconds) for since, seconds in (long, short))
    assert (second < first) is passes


@given(st.floats(0, 10 * MAX_SECONDS), st.integers(0, 10**13), st.booleans())
def test_no_file_is_passed_for_longer_than_it_may_last(seconds, size, known):
    own = turn(NOON, size, seconds if known else None)
    assert NOON <= own <= NOON + timedelta(seconds=MAX_SECONDS)
    later = NOON + timedelta(seconds=MAX_SECONDS, microseconds=1)
    assert turn(later, 0, 0) > own, "what comes after that comes after it, however short"


def test_of_a_file_that_nobody_has_read_the_size_speaks():
    assert turn(NOON, int(HOUR * BYTES_A_SECOND), None) == turn(NOON, None, HOUR)


def test_a_conversion_asks_for_all_sizes_at_their_highest_rate_and_for_the_file_once_more():
    whole, small = ladder(1280, 720, 25), ladder(320, 240, 25)
    assert footprint(500, None, whole) == 500, "before its length is known"
    hour = footprint(10**9, HOUR, whole)
    assert 1.8e9 < hour < 2.1e9
    assert footprint(10**9, HOUR, small) < hour and footprint(10**9, 2 * HOUR, whole) > hour
    assert footprint(0, HOUR, []) == pytest.approx(63.2e6), "sound alone"


@given(st.timedeltas(timedelta(), timedelta(days=3)))
def test_who_waits_for_room_looks_again_the_later_the_longer_it_waits(waited):
    shortest, longest = ROOM_PAUSES
    assert shortest <= room_pause(waited) <= longest
    assert room_pause(waited) == waited or waited < shortest or waited > longest
