"""Of what whom is reminded, and when: by the calendar of the place, not by ours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from modules.agenda.reminders import DUE_DAY, DUE_WEEK, OPENED, TOMORROW, holds, key, kind, reminders
from modules.moments import Moment, What
from modules.rules import end_of_day

DUE = datetime(2027, 6, 12, 23, 59, 59, tzinfo=UTC)
LEARNERS = {1: [7, 8]}


def moment(what=What.DUE, at=DUE, zone="Africa/Bamako", **more):
    told = {"title": "Module 1", "path": "/modules/x", "changed_at": DUE, "module_id": 5}
    return Moment("due-c-m", what, 1, at, zone, **told | more)


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (timedelta(days=7, seconds=1), None), (timedelta(days=7), DUE_WEEK), (timedelta(days=1, seconds=1), DUE_WEEK),
        (timedelta(days=1), DUE_DAY), (timedelta(), DUE_DAY), (timedelta(seconds=-1), None),
    ],
)  # fmt: skip
def test_a_last_day_is_told_a_week_and_a_day_before(before, told):
    assert kind(moment(), DUE - before) == told


def test_an_opening_is_news_for_two_days():
    opens = moment(What.OPENS)
    hours = [hour for hour in range(-3, 60) if kind(opens, DUE + timedelta(hours=hour)) == OPENED]
    assert (hours[0], hours[-1]) == (0, 47)


@pytest.mark.parametrize(
    "zone", ["Atlantic/Cape_Verde", "Africa/Bamako", "Africa/Casablanca", "Africa/Cairo", "Indian/Mauritius"]
)
@pytest.mark.parametrize("month", [1, 2, 3, 4, 6, 10])
def test_tomorrow_is_the_day_before_by_the_calendar_there(zone, month):
    """Also in nights in which clocks change: each hour of the day before, and none besides."""
    for day in range(1, 29):
        starts = datetime(2026, month, day, 9, tzinfo=ZoneInfo(zone))
        meeting = moment(What.DAY, starts.astimezone(UTC), zone)
        hours = [starts.astimezone(UTC) - timedelta(hours=back) for back in range(60)]
        told = [now for now in hours if kind(meeting, now) == TOMORROW]
        assert {now.astimezone(ZoneInfo(zone)).date() for now in told} == {starts.date() - timedelta(days=1)}
        assert 23 <= len(told) <= 25
    assert kind(moment(What.DAY, DUE, zone, cancelled=True), DUE - timedelta(hours=20)) is None


def test_only_who_has_not_done_it_is_told_unless_the_trainer_wants_it_not():
    now = DUE - timedelta(days=3)
    assert [person for person, *_ in reminders([moment()], LEARNERS, {(7, 5)}, set(), now)] == [8]
    assert list(reminders([moment()], LEARNERS, set(), {(1, DUE_WEEK)}, now)) == []
    assert len(list(reminders([moment()], LEARNERS, set(), {(2, DUE_WEEK), (1, OPENED)}, now))) == 2


def test_what_was_told_holds_until_it_is_done_moved_cancelled_or_past():
    now, told = DUE - timedelta(days=3), (7, key(moment()))
    assert told in holds([moment()], LEARNERS, set(), now)
    assert told not in holds([moment()], LEARNERS, {(7, 5)}, now)
    assert told not in holds([moment(at=DUE + timedelta(days=1))], LEARNERS, set(), now)
    assert told not in holds([moment(cancelled=True)], LEARNERS, set(), now)
    assert told not in holds([moment()], LEARNERS, set(), end_of_day(DUE.date(), "UTC") + timedelta(days=1))
    assert told not in holds([], LEARNERS, set(), now)
