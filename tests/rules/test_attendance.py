"""Halves of a day in person: what counts, when the step is done, which half is on; what is typed about them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from modules.attendance import rules
from modules.attendance.rules import Part, Said, Terms

DAY = [Part(1, 1)]
PARTED = [Part(1, 1, "day", ended=True), Part(2, 1, "morning"), Part(3, 1, "afternoon")]
TWO_DAYS = [Part(1, 1), Part(2, 2)]


@pytest.mark.parametrize(
    ("parts", "notes", "counts"),
    [
        (DAY, [], {1: None}),
        (DAY, [Said(1, True)], {1: True}),
        (DAY, [Said(1, True), Said(1, None)], {1: None}),
        (DAY, [Said(1, True), Said(1, False, late=True)], {1: True}),
        (PARTED, [Said(None, True)], {2: True, 3: True}),
        (PARTED, [Said(1, True)], {2: True, 3: True}),
        (PARTED, [Said(1, True), Said(3, False)], {2: True, 3: False}),
        (PARTED, [Said(3, False), Said(None, True)], {2: True, 3: True}),
        (TWO_DAYS, [Said(1, True)], {1: True, 2: None}),
        ([], [Said(None, True)], {}),
    ],
)
def test_the_newest_note_about_a_half_counts(parts, notes, counts):
    found = rules.marks(notes, parts)
    assert {half: found[half] for half in counts} == counts


@pytest.mark.parametrize(
    ("parts", "noted", "terms", "done"),
    [
        (DAY, {1: True}, Terms(), True),
        (DAY, {1: False}, Terms(), False),
        (PARTED, {2: True}, Terms(), True),
        (PARTED, {2: True, 3: False}, Terms(), False),
        (PARTED, {2: True, 3: False}, Terms(halves=1), True),
        (PARTED, {2: True}, Terms(halves=2), False),
        (PARTED, {2: True, 3: True}, Terms(halves=5), True),
        (PARTED, {2: True}, Terms(share=0.5), True),
        (PARTED, {2: True}, Terms(share=0.6), False),
        (TWO_DAYS, {1: False, 2: True}, Terms(), True),
        ([], {None: True}, Terms(), True),
        ([], {None: None}, Terms(), False),
        ([Part(1, 1, cancelled=True)], {1: None, None: True}, Terms(), True),
        ([Part(1, 1, cancelled=True), Part(2, 2)], {2: True}, Terms(share=1.0), True),
    ],
)
def test_a_day_counts_as_the_rule_version_says(parts, noted, terms, done):
    assert rules.attended(noted, parts, terms) is done


@pytest.mark.parametrize(
    ("said", "terms"),
    [
        (None, Terms()),
        ({"attended": {"halves": 2}}, Terms(halves=2)),
        ({"attended": {"share": 0.5}}, Terms(share=0.5)),
        ({"attended": {"halves": True}}, Terms()),
        ({"attended": {"halves": 0, "share": 2}}, Terms()),
        ({"attended": "all"}, Terms()),
    ],
)
def test_terms_that_cannot_be_read_ask_for_the_default(said, terms):
    assert rules.terms_of(said) == terms


def at(hour, minute=0):
    return datetime(2026, 6, 12, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "place"),
    [
        (at(7), 0),
        (at(9), 0),
        (at(12, 30), 0),
        (at(14), 1),
        (at(19), 1),
        (at(23), 2),
        (datetime(2026, 6, 20, tzinfo=UTC), 2),
    ],
)
def test_the_half_that_is_on_now_is_opened(now, place):
    spans = [(at(9), at(12)), (at(14), at(17)), (at(9) + timedelta(days=1), at(12) + timedelta(days=1))]
    assert rules.current(spans, now) == place
    assert rules.current([], now) is None


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Atlantic/Cape_Verde", date(2026, 6, 12), datetime(2026, 6, 12, 10, 0, tzinfo=UTC)),
        ("Indian/Mauritius", date(2026, 6, 12), datetime(2026, 6, 12, 5, 0, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 4, 23), datetime(2026, 4, 23, 7, 0, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 24, 6, 0, tzinfo=UTC)),  # The clocks went forward.
    ],
)
def test_hours_are_those_of_the_clocks_at_the_place(zone, day, begins):
    sitting = begins - timedelta(hours=9), begins + timedelta(hours=15)
    assert rules.span("morning", day, zone, time(9), time(12), sitting)[0] == begins
    assert rules.span("day", day, zone, None, None, sitting) == sitting


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("09:00-10:30 Opening\n\n14 h Visit", [("Opening", time(9), time(10, 30)), ("Visit", time(14), None)]),
        ("8h30 – 9h15  Case 1", [("Case 1", time(8, 30), time(9, 15))]),
        ("25:00 is no hour", [("25:00 is no hour", None, None)]),
        ("Visit", [("Visit", None, None)]),
    ],
)
def test_sessions_are_typed_one_on_each_line(typed, found):
    assert rules.sessions(typed) == found


@pytest.mark.parametrize(
    ("typed", "lines", "strange"),
    [
        ("", set(), []),
        ("1-3, 5", {1, 2, 3, 5}, []),
        ("1 – 3;5 5\n٢", {1, 2, 3, 5}, []),
        ("12", {12}, []),
        ("13", set(), ["13"]),
        ("0, 3-1, 2-", set(), ["0", "3-1", "2-"]),
        ("1, two, 4", {1, 4}, ["two"]),
        ("1-2-3, 999999999", set(), ["1-2-3", "999999999"]),
    ],
)
def test_lines_of_a_sheet_are_typed_as_numbers_and_spans(typed, lines, strange):
    assert rules.numbers(typed, 12) == (lines, strange)


@pytest.mark.parametrize(("typed", "minute"), [("", None), ("ü", None), ("zzzzzzzz", None), (" HK12 ", 819110)])
def test_a_sheet_is_numbered_by_its_minute(typed, minute):
    assert rules.sheet_minute(typed) == minute
    assert minute is None or rules.sheet_number(minute) == typed.strip().lower()
