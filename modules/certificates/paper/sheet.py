"""What stands on the paper, in words: its drawing knows no language."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A module: its numeral, colour, title, and what it took; `size` is its part of the band."""

    numeral: str
    dye: int
    title: str
    amount: str
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A certificate, or (`specimen` says so) how one would look. `address` is the text of the QR."""

    lang: str
    right_to_left: bool
    academy: str
    heading: str
    awarded: str
    name: str
    completing: str
    title: str
    lines: tuple[Line, ...]
    facts: tuple[tuple[str, str], ...]  # Hours, date, number, rules: label and value.
    check: str
    site: str
    signature: str
    signatory: str
    issued_at: datetime
    address: str = ""
    specimen: str = ""
