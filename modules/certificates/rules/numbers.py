"""Numbers of certificates: the year and ten letters and digits by chance, so that nobody counts or guesses them."""

import re
from collections.abc import Callable

LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"
_NUMBER = re.compile(rf"(\d{{4}})([{LETTERS}]{{5}})([{LETTERS}]{{5}})")


def new_number(year: int, choose: Callable[[str], str]) -> str:
    """A number like 2026-KMDT7-QXR42; `choose` takes one letter."""
    letters = "".join(choose(LETTERS) for _ in range(10))
    return f"{year:04}-{letters[:5]}-{letters[5:]}"


def number_in(written: str) -> str | None:
    """The number that somebody typed, in capitals or not, with hyphens, spaces or neither."""
    found = _NUMBER.fullmatch(re.sub(r"[\s\-–—]+", "", written).upper())
    return "-".join(found.groups()) if found else None
