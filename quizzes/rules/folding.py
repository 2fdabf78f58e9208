"""Which differences of writing a short answer forgives."""

import re
import unicodedata
from collections.abc import Callable, Iterable

Fold = Callable[[str], str]

CASE, ACCENTS, ARABIC = "case", "accents", "arabic"

# Alef with hamza or madda, alef maqsura and ta marbuta are often typed as the plain letter; tatweel only stretches.
_ARABIC_FORMS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": ""})
_ARABIC_MARKS = re.compile("[\u064b-\u065f\u0670]")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'"})


def folding(names: Iterable[str]) -> Fold:
    """A function that folds the named differences (case, accents, arabic); blanks and apostrophes always."""
    chosen = [_FOLDS[name] for name in (ARABIC, ACCENTS, CASE) if name in set(names)]

    def fold(text: str) -> str:
        text = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
        for step in chosen:
            text = step(text)
        return " ".join(text.split())

    return fold


def _fold_arabic(text: str) -> str:
    return _ARABIC_MARKS.sub("", text).translate(_ARABIC_FORMS)


def _fold_accents(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.translate(_LIGATURES))
    # Only marks on Latin, Greek and Cyrillic letters: Arabic vowel signs belong to the Arabic fold.
    return unicodedata.normalize("NFC", "".join(c for c in letters if not "\u0300" <= c <= "\u036f"))


_FOLDS: dict[str, Fold] = {CASE: str.casefold, ACCENTS: _fold_accents, ARABIC: _fold_arabic}
