"""Several files of one recording: what was seen of one, as it stands in another."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.rules import carry
from modules import rules
from modules.rules import Kept

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=UTC)
OLD, NEW, OTHER = 1, 2, 3
ALL = 4_000.0

seconds = st.integers(0, 4_000_000).map(lambda milliseconds: milliseconds / 1000)
passage = st.tuples(seconds, seconds).map(lambda pair: (min(pair), max(pair)))
passages = st.lists(passage, max_size=20)


@st.composite
def maps(draw):
    """Pieces as an editor cuts them: in order in the old file, laid one after the other in the new one."""
    cuts = sorted(draw(st.lists(seconds, max_size=12, unique=True)))
    pieces, place = [], 0.0
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        place = round(place + draw(st.integers(0, 5_000)) / 1000, 3)
        pieces.append([start, end, place])
        place = round(place + end - start, 3)
    return pieces


@pytest.mark.parametrize(
    ("pieces", "found"),
    [
        (None, []),
        ([], []),
        ([[0, 100, 0]], [(10, 30), (50, 60)]),
        ([[0, 100, 5]], [(15, 35), (55, 65)]),  # five seconds were put before it
        ([[20, 100, 0]], [(0, 10), (30, 40)]),  # the first twenty were cut off
        ([[50, 100, 0], [0, 50, 50]], [(0, 10), (60, 80)]),  # the halves changed places
        ([[0, 20, 0], [20, 100, 25]], [(10, 20), (25, 35), (55, 65)]),  # something was put in at 20
        ([[30, 50, 0], [60, 100, 20]], []),
    ],
)
def test_what_was_seen_lies_where_the_map_puts_it(pieces, found):
    assert carry([(10, 30), (50, 60)], pieces) == found


@given(passages)
def test_the_same_file_again_carries_everything(seen):
    ranges = rules.merge(seen)
    assert carry(ranges, [[0, ALL, 0]]) == ranges


@given(passages, maps())
def test_nothing_is_carried_that_was_not_seen(seen, pieces):
    ranges = rules.merge(seen)
    assert rules.covered(carry(ranges, pieces)) <= rules.covered(ranges) + 0.001 * (len(ranges) + 1) * (len(pieces) + 1)
    assert carry(ranges, []) == carry([], pieces) == []


@given(passages, passages, maps())
def test_more_seen_is_more_carried_and_order_does_not_matter(seen, more, pieces):
    before, after = rules.merge(carry(seen, pieces)), rules.merge(carry([*more, *seen], pieces))
    assert rules.merge([*before, *after]) == after
    assert rules.merge(carry([*seen, *more], pieces)) == after


@given(passages, maps())
def test_the_union_may_be_made_before_or_after(seen, pieces):
    whole, parts = rules.merge(carry(rules.merge(seen), pieces)), rules.merge(carry(seen, pieces))
    assert whole == parts


@given(passages, maps())
def test_there_and_back_is_inside_of_what_was_seen(seen, pieces):
    back = [[to_start, round(to_start + end - start, 3), start] for start, end, to_start in pieces]
    ranges = rules.merge(seen)
    returned = rules.merge(carry(carry(ranges, pieces), back))
    wider = rules.merge((start - 0.002, end + 0.002) for start, end in ranges)
    assert all(any(a <= start and end <= b for a, b in wider) for start, end in returned)


def test_without_a_map_another_file_counts_for_nothing():
    stands = rules.carried([Kept(OLD, [[0, 80]], 80.0, NOW)], NEW, 50.0)
    assert stands == ([], None, NOW, ())


def test_several_files_make_one_union_in_the_newest():
    kept = [
        Kept(OLD, [[0, 80]], 80.0, NOW, [[60, 100, 0]]),
        Kept(NEW, [[30, 40]], 40.0, NOW - timedelta(hours=1)),
        Kept(OTHER, [[0, 5]], 5.0, NOW + timedelta(hours=1)),
    ]
    stands = rules.carried(kept, NEW, 50.0)
    assert stands.ranges == [(0, 20), (30, 40)]
    assert stands.position == 20  # The last one that has a place here.
    assert stands.at == NOW + timedelta(hours=1)
    assert stands.fresh == ((40, 50),), "no other file holds it, and it was not seen here"


def test_what_is_carried_beyond_the_end_is_cut_off():
    assert rules.carried([Kept(OLD, [[0, 80]], None, None, [[0, 100, 10]])], NEW, 50.0).ranges == [(10, 50)]
    assert rules.carried([Kept(NEW, [[0, 80]])], NEW, 50.0).ranges == [(0, 50)]


@given(st.lists(st.tuples(st.sampled_from([OLD, NEW, OTHER]), passages), max_size=5), maps())
def test_any_order_of_the_files_gives_the_same(many, pieces):
    kept = [Kept(version, rules.merge(seen), None, None, pieces if version == OLD else None) for version, seen in many]
    assert rules.carried(kept, NEW, ALL).ranges == rules.carried(kept[::-1], NEW, ALL).ranges


@pytest.mark.parametrize(
    ("kept", "done"),
    [
        ([Kept(NEW, [[0, 45]])], True),
        ([Kept(NEW, [[0, 44]])], False),
        ([Kept(OLD, [[0, 80]])], False),
        ([Kept(OLD, [[0, 90]])], True),  # seen to its end before it was replaced
        ([Kept(OLD, [[0, 80]], pieces=[[0, 50, 0]])], True),
        ([Kept(OLD, [[0, 40]], pieces=[[0, 50, 0]]), Kept(NEW, [[40, 46]])], True),
        ([Kept(OLD, [[0, 40]]), Kept(NEW, [[40, 46]])], False),
        ([Kept(OTHER, [[0, 999]])], False),  # of another recording: nobody knows how long it was
        ([], False),
    ],
)
def test_a_step_is_finished_by_one_file_with_all_that_is_carried_to_it(kept, done):
    assert rules.finished(kept, NEW, {NEW: 50.0, OLD: 100.0}, 0.9) is done
