"""Words as the search compares them, what somebody looks for, and where it stands in a text. Pure."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from app.text import fold

LONGEST = 200
MOST_TERMS = 12
AROUND = 70
"""Characters of a text that are shown on either side of what was found."""

# Vowel signs, accents and joiners stand inside words: of European, Arabic, N'Ko and Adlam script.
_INSIDE = (
    r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u07eb-\u07f3\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d"
    r"\u20d0-\u20ff\ufe20-\ufe2f\U0001e944-\U0001e94a"
)
_WORD = re.compile(rf"(?:[^\W_][{_INSIDE}]*)+")
_FOLDED = re.compile(r"[^\W_]+")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_QUOTES = str.maketrans("“”„«»‟", '""""""')
_JOINED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ð": "d", "ł": "l", "\u200c": None, "\u200d": None})
_TRAILING = re.compile(r"\s+\S*$")
_LEADING = re.compile(r"^\S*\s+")


@dataclass(frozen=True)
class Word:
    """A word of a text as searches compare it, and where it stands there."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """Words that must follow each other; a word alone may go on."""

    words: tuple[str, ...]
    whole: bool


@dataclass(frozen=True)
class Query:
    """All of these must stand in a text: `budget "compte administratif"`."""

    typed: str
    terms: tuple[Term, ...]

    @classmethod
    def of(cls, typed: str) -> "Query":
        """What somebody typed; without terms there is nothing to look for."""
        typed = " ".join(typed[:LONGEST].replace("\0", " ").split())
        terms = []
        for phrase, word in _TERM.findall(typed.translate(_QUOTES)):
            if words := tuple(each.folded for each in words_of(phrase or word)):
                terms.append(Term(words, whole=bool(phrase)))
        return cls(typed, tuple(dict.fromkeys(terms))[:MOST_TERMS])


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [
        Word(folded, found.start(), found.end())
        for found in _WORD.finditer(text)
        for folded in _FOLDED.findall(_compared(found[0]))
    ]


def folded(text: str) -> str:
    """The text as the index keeps it: its words as they are compared, a space between them."""
    return " ".join(word.folded for word in words_of(text))


def places(query: Query, words: Sequence[Word]) -> list[tuple[int, int]]:
    """From which word to which (but that one) a term of the query stands, in order."""
    found = set()
    for term in query.terms:
        length = len(term.words)
        for at in range(len(words) - length + 1):
            if _stands(term, [word.folded for word in words[at : at + length]]):
                found.add((at, at + length))
    return sorted(found)


def extract(query: Query, text: str) -> tuple[list[tuple[str, bool]], int]:
    """The part of the text where most was found, in pieces that say whether they were, and where it begins."""
    words = words_of(text)
    found = places(query, words)
    if not found:
        return [(_cut(text, 0, 2 * AROUND), False)], 0
    spans = [(words[first].start, words[last - 1].end) for first, last in found]
    first = max(spans, key=lambda span: (_near(span, spans), -span[0]))
    start, end = max(0, first[0] - AROUND), min(len(text), first[1] + AROUND)
    near = [span for span in spans if start <= span[0] and span[1] <= end]
    start = 0 if start == 0 else start + len(_LEADING.match(text[start : first[0]] + " ")[0])  # type: ignore[index]
    start = min(start, first[0])
    shown = _TRAILING.sub("", text[first[1] : end]) if end < len(text) else text[first[1] : end]
    end = max(first[1] + len(shown), max(span[1] for span in near))
    return _pieces(text, start, end, near), first[0]


def moment(marks: Sequence[Sequence[float]], offset: int) -> float:
    """The second at which this character is said; marks are [[character, second], …]."""
    place = bisect_right([mark[0] for mark in marks], offset) - 1
    return float(marks[max(place, 0)][1]) if marks else 0.0


def _compared(word: str) -> str:
    digits = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in word)
    return fold(digits.casefold().translate(_JOINED))


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
