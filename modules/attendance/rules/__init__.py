"""The rules of attendance, pure: notes, codes and times in, verdicts out."""

from modules.attendance.rules.halves import (
    KINDS,
    MOST,
    WHOLE,
    Marks,
    Part,
    Said,
    Terms,
    attended,
    current,
    marks,
    span,
    terms_of,
)
from modules.attendance.rules.lines import sessions

__all__ = [
    "KINDS",
    "MOST",
    "WHOLE",
    "Marks",
    "Part",
    "Said",
    "Terms",
    "attended",
    "current",
    "marks",
    "sessions",
    "span",
    "terms_of",
]
