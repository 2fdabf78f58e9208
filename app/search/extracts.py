"""Where the words of a query stand in a text, and the part of it that is shown. Pure."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

from app.search.words import Query, Term, Word, words_of

AROUND = 70
"""Characters of a text that are shown on either side of what was found."""

_TRAILING = re.compile(r"\s+\S*$")
_LEADING = re.compile(r"^\S*\s+")


def holds(query: Query, text: str) -> bool:
    """Whether all terms of the query stand in a text."""
    words = words_of(text)
    return all(_places_of(term, words) for term in query.terms)


def extract(query: Query, text: str) -> tuple[list[tuple[str, bool]], list[int]]:
    """The part of the text where most was found, in pieces that say whether they were; and at which characters it was
    found, that part first."""
    words = words_of(text)
    found = sorted({place for term in query.terms for place in _places_of(term, words)})
    if not found:
        return [(_cut(text, 0, 2 * AROUND), False)], [0]
    spans = [(words[first].start, words[last - 1].end) for first, last in found]
    first = max(spans, key=lambda span: (_near(span, spans), -span[0]))
    start, end = max(0, first[0] - AROUND), min(len(text), first[1] + AROUND)
    near = [span for span in spans if start <= span[0] and span[1] <= end]
    start = 0 if start == 0 else start + len(_LEADING.match(text[start : first[0]] + " ")[0])  # type: ignore[index]
    start = min(start, first[0])
    shown = _TRAILING.sub("", text[first[1] : end]) if end < len(text) else text[first[1] : end]
    end = max(first[1] + len(shown), max(span[1] for span in near))
    return _pieces(text, start, end, near), [first[0], *(span[0] for span in spans if span != first)]


def moment(marks: Sequence[Sequence[float]], offset: int) -> float:
    """The second at which this character is said; marks are [[character, second], …]."""
    place = bisect_right([mark[0] for mark in marks], offset) - 1
    return float(marks[max(place, 0)][1]) if marks else 0.0


def _places_of(term: Term, words: Sequence[Word]) -> list[tuple[int, int]]:
    """From which word to which (but that one) it stands."""
    length, folded = len(term.words), [word.folded for word in words]
    starts = range(len(words) - length + 1)
    return [(at, at + length) for at in starts if _stands(term, folded[at : at + length])]


def _stands(term: Term, words: list[str]) -> bool:
    if term.whole or len(term.words) > 1:
        *before, last = term.words
        return words[:-1] == before and (words[-1] == last if term.whole else words[-1].startswith(last))
    return words[0].startswith(term.words[0])


def _near(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> int:
    return len({other for other in spans if abs(other[0] - span[0]) <= AROUND})


def _cut(text: str, start: int, end: int) -> str:
    return text[start:end] + ("…" if end < len(text) else "")


def _pieces(text: str, start: int, end: int, found: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The letters with whether they were looked for, neighbours together."""
    marked = [any(first <= at < last for first, last in found) for at in range(start, end)]
    pieces = [
        ("".join(letter for letter, _ in group), hit)
        for hit, group in groupby(zip(text[start:end], marked, strict=True), key=lambda pair: pair[1])
    ]
    before = [("… ", False)] if start else []
    return [*before, *pieces, *([(" …", False)] if end < len(text) else [])]
