"""Numbers as people of four languages write them."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

LARGEST_EXPONENT = 300
MOST_DIGITS = 25

_SPACES = " \u00a0\u202f\u2009'’\u066c"
_SIGNS = str.maketrans({"−": "-", "–": "-", "٫": "."})
_SHAPE = re.compile(r"([+-]?)([0-9.,]+)(?:[eE]([+-]?[0-9]{1,4}))?")
_GROUPS = re.compile(rf"(?<=[0-9])[{_SPACES}](?=[0-9]{{3}}(?![0-9]))")


def number(text: str) -> Decimal | None:
    """The number written, or None. Comma and point are both decimal signs; spaces may part the thousands.

    Where both signs stand, the last one is the decimal sign; a sign that stands twice parts thousands: 1,234,567.
    """
    written = _GROUPS.sub("", _western(text.strip())).translate(_SIGNS)
    shape = _SHAPE.fullmatch(written)
    if shape is None:
        return None
    plain = _one_point(shape[2])
    if plain is None or len(plain) > MOST_DIGITS:
        return None
    try:
        value = Decimal(f"{shape[1]}{plain}e{shape[3] or 0}")
    except InvalidOperation:
        return None
    return value if value == 0 or abs(value.adjusted()) <= LARGEST_EXPONENT else None


def _western(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c for c in text)


def _one_point(digits: str) -> str | None:
    commas, points = digits.count(","), digits.count(".")
    if commas and points:
        decimal_sign = max(",.", key=digits.rindex)
        parts = digits.split(decimal_sign)
        whole = _thousands(parts[0], "." if decimal_sign == "," else ",")
        return f"{whole}.{parts[1]}" if whole and len(parts) == 2 else None
    if commas > 1 or points > 1:
        return _thousands(digits, "," if commas else ".")
    plain = digits.replace(",", ".")
    return plain if any(c.isdigit() for c in plain) else None


def _thousands(digits: str, sign: str) -> str | None:
    first, *groups = digits.split(sign)
    regular = 1 <= len(first) <= 3 and all(len(group) == 3 and group.isdigit() for group in groups)
    return first + "".join(groups) if regular else None
