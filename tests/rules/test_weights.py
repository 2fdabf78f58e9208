"""What passages of a recording weigh."""

import pytest

from modules import rules
from modules.rules.weights import HEADERS, LISTED

SEGMENTS = [[0, 100], [6, 200], [12, 300], [18, 400]]
WHOLE, DURATION = 1050, 20.0  # 50 of it lie before the first segment.


@pytest.mark.parametrize(
    ("passages", "bytes_", "segments"),
    [
        ([(0, 20)], 1050, 4),
        ([(0, 6)], 150, 1),
        ([(0, 6.1)], 350, 2),
        ([(5, 7)], 350, 2),
        ([(6, 12)], 250, 1),
        ([(7, 8), (9, 10)], 250, 1),
        ([(1, 2), (19, 20)], 550, 2),
    ],
)
def test_a_passage_costs_the_segments_that_it_touches_and_the_head_once(passages, bytes_, segments):
    asking = LISTED * len(SEGMENTS) + HEADERS * (2 + segments)  # the list, the head, and each segment
    assert rules.weigh(SEGMENTS, WHOLE, passages, DURATION) == bytes_ + asking


def test_what_was_not_measured_is_spread_evenly():
    assert rules.weigh([], 1000, [(0, 5), (10, 15)], DURATION) == 500
    assert rules.weigh([], 1000, [(0, 30)], DURATION) == 1000


def test_nothing_lasts_no_time_and_costs_nothing():
    assert rules.weigh(SEGMENTS, WHOLE, [(0, 1)], 0) == 0
    assert rules.weigh(SEGMENTS, WHOLE, [], DURATION) == 0


def test_what_is_seen_is_told_in_fewer_numbers_and_weighs_the_same():
    weights = [[6.0 * place, 100 + place] for place in range(60)]
    told = rules.coarse(weights, [(121, 125)])
    assert len(told) == 2 + 1 + 4 and [120.0, 120] in told
    assert sum(size for _, size in told) == sum(size for _, size in weights)
    assert rules.coarse(weights, [(0, 360)]) == weights and rules.coarse([], [(0, 360)]) == []
