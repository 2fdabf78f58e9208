"""How long what workers do waits, and when a worker counts as gone."""

from datetime import UTC, datetime, timedelta

import pytest

from app.operations import rules

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 15), (2, 60), (3, 240), (4, 960)])
def test_each_failure_makes_the_next_try_wait_four_times_as_long(attempt: int, seconds: int) -> None:
    assert rules.back_off(attempt) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("waited", "seconds"), [(0, 30), (29, 30), (31, 31), (180, 180), (601, 600), (86400, 600)])
def test_room_is_looked_for_after_as_long_as_it_was_waited_for_within_bounds(waited: int, seconds: int) -> None:
    assert rules.room_pause(timedelta(seconds=waited)) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("ago", "counts"), [(0, True), (30, True), (31, False), (-5, True)])
def test_a_worker_counts_as_alive_for_half_a_minute_after_its_last_sign(ago: int, counts: bool) -> None:
    assert rules.alive(NOW - timedelta(seconds=ago), NOW) is counts


@pytest.mark.parametrize(
    ("part", "elapsed", "left"), [(0.5, 10, 10), (0.25, 10, 30), (1, 10, 0), (0, 10, None), (0.5, 0.5, None)]
)
def test_time_left_is_told_at_the_present_pace_once_there_is_one(
    part: float, elapsed: float, left: float | None
) -> None:
    assert rules.time_left(part, elapsed) == left
