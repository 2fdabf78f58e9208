"""What passages of a recording weigh."""

import json

import pytest

from modules import rules
from modules.rules.tracks import HEADERS, LISTED

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
    assert rules.weigh(rules.track(SEGMENTS), WHOLE, passages, DURATION) == bytes_ + asking


@pytest.mark.parametrize(
    ("passages", "bytes_", "segments", "pictures"),
    [
        ([(0, 20)], 1050 + 100, 4, 2),
        ([(0, 2)], 150 + 30, 1, 1),  # The second picture is far.
        ([(0, 7)], 350 + 30 + 70, 2, 2),  # It is asked for shortly before it comes.
        ([(12, 14)], 350 + 70, 1, 1),  # It stands already where the passage begins,
        ([(12, 14), (19, 20)], 750 + 70, 2, 1),  # and comes once.
    ],
)
def test_a_picture_costs_itself_wherever_a_passage_begins_while_it_stands(passages, bytes_, segments, pictures):
    slides = rules.track([*SEGMENTS, [0, 30, 9.5], [9.5, 70, 20]])
    asking = LISTED * len(SEGMENTS) + HEADERS * (3 + segments + pictures)  # their list too
    whole = WHOLE + 100
    assert rules.weigh(slides, whole, passages, DURATION) == bytes_ + asking


def test_what_was_not_measured_is_spread_evenly_and_asked_for_in_pieces_of_six_seconds():
    assert rules.track([]) is None and rules.read_track("[]") is None
    assert rules.weigh(None, 1000, [(0, 5), (10, 15)], DURATION) == 500 + LISTED * 4 + HEADERS * 4
    assert rules.weigh(None, 1000, [(0, 30)], DURATION) == 1000 + LISTED * 4 + HEADERS * 6


def test_all_of_it_weighs_the_same_whether_its_segments_are_known_or_not():
    weights = [[6.0 * place, 100 + place] for place in range(600)]
    whole = sum(size for _, size in weights)
    everything = [(0.0, 3600.0)]
    assert rules.weigh(rules.read_track(json.dumps(weights)), whole, everything, 3600) == rules.weigh(
        None, whole, everything, 3600
    )


def test_nothing_lasts_no_time_and_costs_nothing():
    assert rules.weigh(rules.track(SEGMENTS), WHOLE, [(0, 1)], 0) == 0
    assert rules.weigh(rules.track(SEGMENTS), WHOLE, [], DURATION) == 0


@pytest.mark.parametrize(
    "missing", [[(0.0, 60.0)], [(1800.0, 1860.0)], [(3590.0, 3600.0)], [(7.0, 9.0), (3000.0, 3001.0)]]
)
def test_what_is_told_in_fewer_numbers_weighs_the_same_however_long_the_recording_is(missing):
    weights = [*([6.0 * place, 3000 + place] for place in range(600)), [0, 900, 1810], [1810, 800, 3600]]
    told = [*rules.coarse(weights, missing), *rules.pictures(weights)]
    assert len(told) < 100
    whole = sum(size for _, size, *_ in weights) + 900
    price = rules.weigh(rules.track(weights), whole, missing, 3600)
    assert rules.weigh(rules.Track(told, listed=600), whole, missing, 3600) == price
    assert rules.weigh(rules.track(told), whole, missing, 3600) < price


def test_what_is_seen_is_told_in_fewer_numbers_and_weighs_the_same():
    weights = [[6.0 * place, 100 + place] for place in range(60)]
    told = rules.coarse(weights, [(121, 125)])
    assert len(told) == 2 + 1 + 4 and [120.0, 120] in told
    assert sum(size for _, size in told) == sum(size for _, size in weights)
    assert rules.coarse(weights, [(0, 360)]) == weights and rules.coarse([], [(0, 360)]) == []
