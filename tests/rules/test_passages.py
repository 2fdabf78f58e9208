"""Pieces of one file in another: forth, back, and one after the other."""

import pytest
from hypothesis import given

from media import marks, passages
from media.rules import carry
from modules import rules
from tests.rules.test_versions import ALL, maps
from tests.rules.test_versions import passages as seen_passages


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ([[40, 100, 0]], [[0, 60, 0]], [(40, 100, 0)]),
        ([[40, 100, 0]], [[10, 60, 0]], [(50, 100, 0)]),  # trimmed twice
        ([[0, 50, 0], [50, 100, 70]], [[0, 50, 0], [70, 120, 50]], [(0, 100, 0)]),  # put in, and taken out again
        ([[0, 50, 0]], [[60, 90, 0]], []),
        ([], [[0, 100, 0]], []),
        ([[0, 100, 0]], [], []),
    ],
)
def test_two_ways_are_one(first, second, whole):
    assert passages.compose(first, second) == whole


@given(seen_passages, maps(), maps())
def test_carrying_by_the_whole_way_is_carrying_twice(seen, first, second):
    ranges = rules.merge(seen)
    twice = rules.merge(carry(carry(ranges, first), second))
    assert rules.merge(carry(ranges, passages.compose(first, second))) == twice


@given(maps())
def test_the_way_back_of_the_way_back_is_the_way(pieces):
    assert passages.inverse(passages.inverse(pieces)) == passages.tidy(pieces)


@given(maps(), maps(), maps())
def test_it_does_not_matter_which_two_ways_are_joined_first(first, second, third):
    left = passages.compose(passages.compose(first, second), third)
    assert left == passages.compose(first, passages.compose(second, third))


@given(maps())
def test_what_came_and_what_changed_are_the_whole_file(pieces):
    came = [(to, to + end - start) for start, end, to in pieces if to < ALL]
    whole = rules.merge(rules.clip([*came, *passages.changed(pieces, ALL)], ALL))
    assert whole == [(0, ALL)]
    assert rules.covered(passages.gone(pieces, ALL)) == pytest.approx(ALL - passages.length(pieces), abs=0.01)


def test_a_moment_lies_where_its_passage_lies():
    pieces = [[40, 100, 0], [120, 150, 60]]
    assert [passages.moved(second, pieces) for second in (0, 40, 99.5, 110, 120, 150, 151)] == [
        None, 0, 59.5, None, 60, 90, None,
    ]  # fmt: skip


def test_the_list_of_what_changed_is_empty_for_the_same_file_and_whole_for_another():
    assert passages.changed([[0, 60, 0]], 60) == passages.gone([[0, 60, 0]], 60) == []
    assert passages.changed([], 60) == [(0, 60)]
    assert passages.changed([[40, 100, 0]], 60) == [] and passages.gone([[40, 100, 0]], 100) == [(0, 40)]


@given(maps(), seen_passages)
def test_passages_that_are_marked_as_changed_and_nothing_else_are_asked_again(pieces, marked):
    left = marks.without(pieces, marked)
    assert passages.tidy(left) == left
    asked = rules.merge([*passages.changed(pieces, ALL), *rules.clip(marked, ALL)])
    assert rules.covered(passages.changed(left, ALL)) == pytest.approx(rules.covered(asked), abs=0.05)
    assert rules.covered(carry([(0, ALL)], left)) <= rules.covered(carry([(0, ALL)], pieces)) + 0.05


def test_a_piece_is_cut_where_a_passage_of_the_new_file_lies_in_it():
    assert marks.without([[40, 100, 0]], [(10, 20), (50, 70)]) == [(40, 50, 0), (60, 90, 20)]
    assert marks.without([[40, 100, 0]], [(0, 60)]) == [] and marks.without([[40, 100, 0]], []) == [(40, 100, 0)]
