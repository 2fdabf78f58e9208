"""Words as the search compares them, and what somebody looks for. Pure."""

import re
from dataclasses import dataclass

from app.text import fold

LONGEST = 200
MOST_TERMS = 12

# Vowel signs, accents and joiners stand inside words: of European, Arabic, N'Ko and Adlam script.
_INSIDE = (
    r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u07eb-\u07f3\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d"
    r"\u20d0-\u20ff\ufe20-\ufe2f\U0001e944-\U0001e94a"
)
# A number is one word, however its thousands are set apart: 12 000, 12,000, 12.000, 12’000.
_NUMBER = r"(?<![^\W_])\d{1,3}(?:[ \u00a0\u202f.,'’٬]\d{3})+(?![^\W_])"
_WORD = re.compile(rf"{_NUMBER}|(?:[^\W_][{_INSIDE}]*)+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[^\w](?=\d)")
_GROUPS = re.compile(_NUMBER)
_FOLDED = re.compile(r"[^\W_]+")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
# The article and what is written together with it, as in the stemmer light10: الاتفاقية, والاتفاقية, بالاتفاقية.
_ARTICLE = re.compile(r"(?:[وبكف]?ال|لل)(?=[\u0621-\u064a]{2})")
_QUOTES = str.maketrans("“”„«»‟", '""""""')
_JOINED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ð": "d", "ł": "l", "\u200c": None, "\u200d": None})


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
        for phrase, word in _TERM.findall(_GROUPS.sub(_joined, typed.translate(_QUOTES))):
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


def _compared(word: str) -> str:
    digits = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in _BETWEEN_DIGITS.sub("", word))
    compared = fold(digits.casefold().translate(_JOINED))
    return compared[article.end() :] if (article := _ARTICLE.match(compared)) else compared


def _joined(number: re.Match[str]) -> str:
    return _BETWEEN_DIGITS.sub("", number[0])
