"""Countries by their ISO 3166 code, read from their names in the working languages."""

import unicodedata
from functools import lru_cache

from babel import Locale

_NAMED_IN = ("fr", "en", "pt", "ar")
_NO_COUNTRY = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
_ALSO = {
    "rdc": "CD",
    "drc": "CD",
    "congokinshasa": "CD",
    "republiquedemocratiqueducongo": "CD",
    "democraticrepublicofthecongo": "CD",
    "congobrazzaville": "CG",
    "republiqueducongo": "CG",
    "republicofthecongo": "CG",
    "ivorycoast": "CI",
    "capvert": "CV",
    "swaziland": "SZ",
    "rca": "CF",
    "usa": "US",
    "etatsunis": "US",
    "uk": "GB",
}


def plain_key(text: str) -> str:
    """Only letters and digits, small and without accents: how names of columns and countries are compared."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def codes() -> frozenset[str]:
    """All country codes."""
    return frozenset(_territories("en"))


def names(language: str) -> list[tuple[str, str]]:
    """Code and name of every country in this language, in the order of the names."""
    return sorted(_territories(language).items(), key=lambda item: plain_key(item[1]))


def name(code: str | None, language: str) -> str:
    """The name of a country, or an empty text."""
    return _territories(language).get(code or "", "")


def read(text: str) -> str | None:
    """The code of a country written as a code or as a name in French, English, Portuguese or Arabic."""
    if text.strip().upper() in codes():
        return text.strip().upper()
    return _by_name().get(plain_key(text))


def beginning(key: str) -> list[str]:
    """The codes of the countries of which a name begins with these letters, in the order of their names."""
    return list(dict.fromkeys(code for name, code in sorted(_by_name().items()) if name.startswith(key)))


@lru_cache
def _territories(language: str) -> dict[str, str]:
    found = {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    return {code: found[code] for code in found if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY}


@lru_cache
def _by_name() -> dict[str, str]:
    found = {plain_key(name): code for language in _NAMED_IN for code, name in _territories(language).items()}
    return {**found, **_ALSO}
