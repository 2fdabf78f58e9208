"""Codes on the wall and on cards: they hold by the server's minutes, whatever a device's clock says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.people.codes import LETTERS
from modules.attendance import rules

KEY, HALF = "k" * 40, "half"
NOON = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)
SPAN = NOON - timedelta(hours=3), NOON


def code(at, half=HALF, key=KEY):
    return rules.wall_code(key, half, rules.period(at))


@pytest.mark.parametrize(
    ("shown", "typed", "holds"),
    [
        (0, 0, True),
        (0, 59, True),
        (59, 60, True),
        (0, 5 * 60 + 59, True),
        (0, 6 * 60, False),
        (59, 6 * 60, False),
        (60, 59, False),  # Not shown yet.
    ],
)
def test_a_code_holds_for_its_minute_and_five_more(shown, typed, holds):
    at, now = NOON + timedelta(seconds=shown), NOON + timedelta(seconds=typed)
    assert (rules.on_the_wall(KEY, HALF, code(at), now) is not None) is holds


@pytest.mark.parametrize("zone", ["Atlantic/Cape_Verde", "Africa/Casablanca", "Africa/Cairo", "Indian/Mauritius"])
def test_the_zone_and_a_change_of_clocks_do_not_matter(zone):
    for moment in (NOON, datetime(2026, 10, 29, 21, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)):
        there = moment.astimezone(ZoneInfo(zone))
        assert code(there) == code(moment) and rules.remaining(there) == rules.remaining(moment)
        assert rules.on_the_wall(KEY, HALF, code(there), moment) == rules.period(moment)


@pytest.mark.parametrize(
    ("minutes", "days", "holds"),
    [(-90, 3, True), (0, 3, True), (170, 3, True), (-250, 3, False), (190, 3, False), (30, 0, False)],
)
def test_what_waited_on_a_device_holds_for_its_half_alone(minutes, days, holds):
    shown, now = NOON + timedelta(minutes=minutes), NOON + timedelta(days=days)
    assert (rules.was_on_the_wall(KEY, HALF, code(shown), SPAN, now) is not None) is holds


def test_another_half_or_key_has_other_codes():
    assert rules.on_the_wall(KEY, "other", code(NOON), NOON) is None
    assert rules.on_the_wall("x" * 40, HALF, code(NOON), NOON) is None
    assert rules.on_the_wall(KEY, HALF, "", NOON) is None
    shown = {code(NOON + timedelta(minutes=each)) for each in range(1000)}
    assert len(shown) > 990 and all(len(each) == 6 and set(each) <= set(LETTERS) for each in shown)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}.", "{a} {b}", "{a}-{b}"])
def test_a_code_is_read_however_it_is_typed(typed):
    shown = code(NOON)
    assert rules.read(typed.format(shown.lower(), a=shown[:3], b=shown[3:])) == shown


def test_a_card_is_one_person_in_one_cohort():
    people = {"a": 1, "b": 2}
    assert rules.holder(KEY, "cohort", people, rules.card_code(KEY, "cohort", "b")) == 2
    assert rules.holder(KEY, "other", people, rules.card_code(KEY, "cohort", "b")) is None
    assert rules.holder(KEY, "cohort", people, "") is None
