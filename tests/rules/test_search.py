"""What somebody looks for, what counts as the same word, and what is shown of a text."""

import pytest

from app.search.extracts import extract, moment
from app.search.words import Query, folded
from tests.sought import HITS, NUMBERS, SAME, TEXT


@pytest.mark.parametrize(("one", "other"), SAME)
def test_accents_and_forms_of_letters_make_no_other_word(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ""


def found(typed: str, text: str = TEXT) -> list[str]:
    return [piece for piece, hit in extract(Query.of(typed), text)[0] if hit]


@pytest.mark.parametrize(("typed", "hits"), HITS)
def test_the_beginning_of_a_word_is_enough_and_a_phrase_is_meant_exactly(typed: str, hits: list[str]) -> None:
    assert found(typed) == hits


@pytest.mark.parametrize(("typed", "text", "hits"), NUMBERS)
def test_numbers_and_the_arabic_article_are_found_however_they_are_written(
    typed: str, text: str, hits: list[str]
) -> None:
    assert found(typed, text) == hits


def test_a_query_says_nothing_by_signs_alone_and_has_an_end() -> None:
    assert Query.of(' "" *** ؟ ').terms == ()
    assert len(Query.of(" ".join(f"mot{n}" for n in range(50))).terms) == 12
    assert Query.of("a\0b" + "x" * 500).typed == "a b" + "x" * 197
    assert Query.of('"budget').terms[0].words == ("budget",)


def test_the_extract_is_short_begins_with_a_word_and_loses_no_letter_of_a_hit() -> None:
    long = "Avant cela " * 30 + "le décret d’application " + "et puis la suite " * 30
    pieces, (offset,) = extract(Query.of("decret"), long)
    text = "".join(piece for piece, _ in pieces)
    assert long[offset:].startswith("décret")
    assert text.startswith("… ") and text.endswith(" …") and len(text) < 200
    assert text.strip("… ") in long
    assert [piece for piece, hit in pieces if hit] == ["décret"]


def test_a_passage_leads_to_the_second_of_its_first_hit() -> None:
    marks = [[0, 10.0], [39, 14.5], [80, 20.0]]
    assert [moment(marks, at) for at in (0, 38, 39, 500)] == [10.0, 10.0, 14.5, 20.0]
    assert moment([], 5) == 0.0
