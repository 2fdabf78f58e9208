"""Minute by minute: who saw it, who left there, and whether it was the line."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from modules.rules.leaving import Last, Minute, minutes

NOW = datetime(2026, 6, 12, tzinfo=UTC)


def ago(days):
    return NOW - timedelta(days=days)


def test_half_of_a_minute_is_seen_and_less_is_not():
    found = minutes(150.0, {1: [(0, 30)], 2: [(31, 120)], 3: [(120, 134)], 4: [(120, 135)]}, [], [], done={}, now=NOW)
    assert [minute.saw for minute in found] == [1, 1, 1]  # The last minute has 30 seconds.


def test_who_stays_away_for_two_days_has_left_and_a_slow_line_is_told_apart():
    lasts = [
        Last(1, ago(2), 70.0), Last(2, ago(1.9), 70.0), Last(3, ago(5), 70.0, stalls=2),
        Last(4, ago(5), 70.0, stalls=1), Last(5, ago(5), 70.0, stalled_seconds=5.0), Last(6, ago(9), 10.0),
        Last(6, ago(5), 10.0),
    ]  # fmt: skip
    found = minutes(120.0, {}, lasts, [], done={}, now=NOW)
    assert found == [Minute(0, 1, 0, 0), Minute(0, 2, 2, 0)]


def test_who_had_finished_has_not_left_and_who_finished_later_had():
    lasts = [Last(1, ago(5), 10.0), Last(2, ago(5), 10.0)]
    found = minutes(60.0, {}, lasts, [], done={1: ago(5), 2: ago(1)}, now=NOW)
    assert found == [Minute(0, 1, 0, 0)]


def test_a_slow_line_is_counted_in_each_minute_of_its_passage_once_a_person():
    found = minutes(240.0, {}, [], [(1, (50, 130)), (1, (60, 61)), (2, (180, 240))], done={}, now=NOW)
    assert [minute.slow for minute in found] == [1, 1, 1, 1]


@given(
    st.floats(1, 20_000), st.lists(st.tuples(st.integers(1, 9), st.floats(-5, 30_000), st.integers(0, 5))),
    st.integers(0, 30),
)  # fmt: skip
def test_every_leaving_is_counted_once_wherever_it_was(duration, seconds, days):
    lasts = [Last(person, ago(days), second, stalls) for person, second, stalls in seconds]
    found = minutes(duration, {}, lasts, [], done={}, now=NOW)
    assert len(found) == -(-duration // 60)
    assert sum(minute.left + minute.cut for minute in found) <= len(lasts)
    if days >= 2 and lasts:
        assert any(minute.left or minute.cut for minute in found)
