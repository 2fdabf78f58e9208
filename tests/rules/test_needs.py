"""Who is stuck, who is silent: each day of the rule from both sides."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.rules import SILENT, STUCK, Open, Stuck, silent, stuck

NOW = datetime(2026, 6, 12, 12, tzinfo=UTC)
DAYS = st.one_of(st.none(), st.integers(0, 60))


def ago(days, **more):
    return NOW - timedelta(days=days, **more)


LONG = ago(90)


@pytest.mark.parametrize(
    ("steps", "joined", "moved", "found"),
    [
        ([Open(1, LONG, ago(14))], LONG, ago(14), Stuck(1, ago(14))),
        ([Open(1, LONG, ago(13, hours=23))], LONG, ago(13, hours=23), None),
        ([Open(1, LONG, ago(20))], ago(1), ago(20), None),  # Came yesterday from another cohort.
        ([Open(1, LONG, ago(20)), Open(2, LONG, ago(1))], LONG, ago(1), Stuck(1, ago(20))),  # Begun, and left.
        ([Open(1, LONG, ago(20)), Open(2, LONG, ago(30))], LONG, ago(20), Stuck(2, ago(30))),
        ([Open(1, LONG), Open(2, LONG, ago(1))], LONG, ago(1), None),  # Goes on elsewhere.
        ([Open(1, LONG)], LONG, ago(2), None),  # Has just done what came before.
        ([Open(1, LONG)], LONG, ago(15), Stuck(1, ago(15))),
        ([Open(1, None)], LONG, None, Stuck(1, LONG)),  # Never began.
        ([Open(1, ago(3))], LONG, None, None),  # Opened three days ago.
        ([], LONG, None, None),  # Has finished.
    ],
)
def test_who_is_stuck(steps, joined, moved, found):
    assert stuck(steps, joined_at=joined, moved_at=moved, now=NOW) == found


@pytest.mark.parametrize(
    ("steps", "joined", "sign", "since"),
    [
        ([Open(1, LONG)], LONG, ago(7), ago(7)),
        ([Open(1, LONG)], LONG, ago(6, hours=23), None),
        ([Open(1, LONG)], LONG, None, LONG),
        ([Open(1, LONG)], ago(1), ago(30), None),
        ([Open(1, ago(2))], LONG, ago(30), None),
        ([Open(1, ago(2)), Open(2, ago(8))], LONG, ago(30), ago(8)),
        ([], LONG, ago(30), None),
    ],
)
def test_who_is_silent(steps, joined, sign, since):
    assert silent(steps, joined_at=joined, sign_at=sign, now=NOW) == since


@given(st.lists(st.tuples(DAYS, DAYS), max_size=4), st.integers(0, 60), DAYS)
def test_nobody_is_named_before_the_days_have_gone_by(steps, joined, moved):
    at = [Open(n, *(None if d is None else ago(d) for d in pair)) for n, pair in enumerate(steps)]
    heard = None if moved is None else ago(moved)
    found = stuck(at, joined_at=ago(joined), moved_at=heard, now=NOW)
    since = silent(at, joined_at=ago(joined), sign_at=heard, now=NOW)
    assert found is None or (at and NOW - found.since >= STUCK and found.since >= ago(joined))
    assert since is None or (at and NOW - since >= SILENT and since >= ago(joined))
