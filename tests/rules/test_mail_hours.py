"""When mail leaves: by the clock on the wall of each zone, whatever its clocks do in that night."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from app.notices.rules import Mails, Wish, last_round, leaves, may_help, quiet

ZONES = {  # How far each was from UTC on 12 June 2026.
    "Atlantic/Cape_Verde": -1, "Africa/Bamako": 0, "Africa/Casablanca": 1, "Africa/Maputo": 2, "Africa/Nairobi": 3,
    "Indian/Mauritius": 4,
}  # fmt: skip


def utc(*told):
    return datetime(*told, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "ahead"), ZONES.items())
def test_quiet_hours_are_those_of_the_person(zone, ahead):
    quiet_there = [hour for hour in range(24) if quiet(Wish(), zone, utc(2026, 6, 12) + timedelta(hours=hour))]
    assert sorted((hour + ahead) % 24 for hour in quiet_there) == [0, 1, 2, 3, 4, 5, 6, 20, 21, 22, 23]


@pytest.mark.parametrize(
    ("begins", "ends", "hours"), [(20, 7, 11), (7, 20, 13), (0, 0, 0), (22, 22, 0), (0, 23, 23), (23, 0, 1)]
)
def test_quiet_hours_may_run_over_midnight_or_be_none(begins, ends, hours):
    wish = Wish(quiet_from=begins, quiet_until=ends)
    assert sum(quiet(wish, "Africa/Bamako", utc(2026, 6, 12, hour)) for hour in range(24)) == hours


def test_morocco_is_an_hour_later_in_ramadan():
    """In 2026 its clocks went back on 15 February at 3:00 and forward again on 22 March at 2:00."""
    before, within, after = utc(2026, 2, 14, 12), utc(2026, 3, 1, 12), utc(2026, 3, 23, 12)
    rounds = [last_round(Wish(), "Africa/Casablanca", now).hour for now in (before, within, after)]
    assert rounds == [6, 7, 6]
    assert not quiet(Wish(), "Africa/Casablanca", utc(2026, 2, 14, 6))
    assert quiet(Wish(), "Africa/Casablanca", utc(2026, 3, 1, 6))


def test_a_round_falls_on_each_day_also_where_clocks_leave_its_hour_out_or_bring_it_twice():
    wish = Wish(hour=2)
    for first, zone in ((utc(2026, 3, 20), "Africa/Casablanca"), (utc(2026, 2, 13), "Africa/Casablanca")):
        hours = [first + timedelta(minutes=30 * step) for step in range(48 * 5)]
        rounds = sorted({last_round(wish, zone, now) for now in hours})
        assert all(timedelta(hours=22) < later - sooner < timedelta(hours=26) for sooner, later in pairwise(rounds))
        assert len(rounds) in (5, 6)


def test_a_digest_waits_for_its_hour_and_an_urgent_notice_for_the_end_of_the_quiet():
    made = utc(2026, 6, 12, 9)
    plain, urgent = [(made, False)], [(made, True)]
    zone, wish = "Africa/Bamako", Wish()
    assert not leaves(wish, zone, plain, utc(2026, 6, 12, 12))
    assert not leaves(wish, zone, plain, utc(2026, 6, 13, 6, 59))
    assert leaves(wish, zone, plain, utc(2026, 6, 13, 7))
    assert leaves(wish, zone, urgent, made)
    assert not leaves(Wish(at_once=False), zone, urgent, made)
    late = [(utc(2026, 6, 12, 21), True)]
    assert not leaves(wish, zone, late, utc(2026, 6, 12, 21))
    assert leaves(wish, zone, late, utc(2026, 6, 13, 7))
    assert not leaves(wish, zone, [(utc(2026, 6, 12, 13), True)], utc(2026, 6, 12, 12)), "what is not due yet"
    assert not leaves(Wish(mails=Mails.OFF), zone, urgent, made)


def test_a_digest_whose_hour_is_quiet_leaves_when_the_quiet_ends():
    wish, due = Wish(hour=5), [(utc(2026, 6, 12, 3), False)]
    assert not leaves(wish, "Africa/Bamako", due, utc(2026, 6, 12, 5))
    assert leaves(wish, "Africa/Bamako", due, utc(2026, 6, 12, 7))


def test_a_worker_that_slept_through_the_hour_sends_later_that_day():
    assert leaves(Wish(), "Africa/Bamako", [(utc(2026, 6, 12, 6), False)], utc(2026, 6, 12, 16))


def test_a_weekly_mail_leaves_on_its_day():
    wish, due = Wish(mails=Mails.WEEKLY, weekday=3), [(utc(2026, 6, 12, 12), False)]  # A Friday; 3 is Thursday.
    days = [day for day in range(13, 27) if leaves(wish, "Africa/Bamako", due, utc(2026, 6, day, 8))]
    assert days[0] == 18


def test_two_mails_to_one_person_lie_a_quarter_of_an_hour_apart():
    now, urgent = utc(2026, 6, 12, 12), [(utc(2026, 6, 12, 11, 59), True)]
    assert not leaves(Wish(), "Africa/Bamako", urgent, now, last=now - timedelta(minutes=14))
    assert leaves(Wish(), "Africa/Bamako", urgent, now, last=now - timedelta(minutes=15))


@pytest.mark.parametrize(
    ("reason", "again"),
    [("refused:450", True), ("refused:550", False), ("unreachable", True), ("uncertain", False), ("address", False),
     ("died", True), ("login", True), ("no_address", False)],
)  # fmt: skip
def test_what_another_try_may_help(reason, again):
    assert may_help(reason) is again
