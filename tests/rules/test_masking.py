"""Small numbers stay hidden, also from who can subtract."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.rules.masking import Hidden, masked
from modules.rules.programme import Tally, lines, median

SMALL, ALSO = Hidden.SMALL, Hidden.ALSO


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([12, 30], [12, 30], 42),
        ([3, 12, 30], [SMALL, ALSO, 30], 45),
        ([3, 5, 30], [SMALL, 5, ALSO], 38),  # 5 beside 3 would say: at most 3.
        ([3, 4, 1, 30], [SMALL, SMALL, SMALL, 30], 38),
        ([4, 4, 30], [SMALL, SMALL, ALSO], 38),  # 8 in two would say: 4 and 4.
        ([0, 0, 0, 30], [SMALL, SMALL, SMALL, ALSO], 30),
        ([3], [SMALL], SMALL),
        ([3, 5], [SMALL, 5], ALSO),
        ([], [], SMALL),
    ],
)
def test_what_is_shown(counts, cells, total):
    assert masked(counts) == (cells, total)


def test_without_a_total_only_the_small_ones_are_hidden():
    assert masked([3, 12, 30], totalled=False)[0] == [SMALL, 12, 30]


@given(st.lists(st.integers(0, 14), min_size=1, max_size=6))
def test_a_hidden_small_figure_could_be_any_small_figure(counts):
    cells, total = masked(counts)
    assert all(
        shown == count or shown is (SMALL if count < 5 else ALSO) for shown, count in zip(cells, counts, strict=True)
    )
    small = [place for place, shown in enumerate(cells) if shown is SMALL]
    if isinstance(total, Hidden) or not small:
        return
    rest = total - sum(shown for shown in cells if not isinstance(shown, Hidden))
    larger = sum(shown is ALSO for shown in cells)
    possible = {
        guess[0]
        for guess in product(range(5), repeat=len(small))
        if (rest - sum(guess) >= 5 * larger if larger else rest == sum(guess))
    }
    assert possible == set(range(5))


@pytest.mark.parametrize(
    ("days", "middle"), [({}, None), ({3: 1}, 3), ({3: 1, 6: 1}, 4.5), ({1: 5, 9: 4}, 1), ({1: 2, 9: 2}, 5)]
)
def test_the_median(days, middle):
    assert median(days) == middle


def test_what_few_did_is_hidden_with_their_number():
    groups = {
        "A": Tally(20, 18, 10, 36_000.0, 30, {7: 10}), "B": Tally(10, 3, 0, 7_200.0, 9, {}),
        "C": Tally(9, 9, 9, 3_600.0, 9, {5: 9}),
    }  # fmt: skip
    for tally in groups.values():
        tally.days = type(Tally().days)(tally.days)
    found, total = lines(groups)
    shown = {line.key: line for line in found}
    assert shown["B"].begun is SMALL and shown["B"].hours is SMALL and isinstance(shown["B"].presences, Hidden)
    assert shown["C"].begun is ALSO and shown["C"].hours is ALSO
    assert (shown["A"].begun, shown["A"].hours) == (18, 10.0)
    assert total is not None and (total.enrolled, total.begun, total.hours) == (39, 30, 13.0)
