"""The rules of attendance, pure: notes, codes and times in, verdicts out."""

from modules.attendance.rules.codes import (
    card_code,
    holder,
    on_the_wall,
    period,
    read,
    remaining,
    shown_at,
    wall_code,
    was_on_the_wall,
)
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
from modules.attendance.rules.lines import numbers, sessions, sheet_minute, sheet_number
from modules.attendance.rules.rooms import to_credit

__all__ = [
    "KINDS",
    "MOST",
    "WHOLE",
    "Marks",
    "Part",
    "Said",
    "Terms",
    "attended",
    "card_code",
    "current",
    "holder",
    "marks",
    "numbers",
    "on_the_wall",
    "period",
    "read",
    "remaining",
    "sessions",
    "sheet_minute",
    "sheet_number",
    "shown_at",
    "span",
    "terms_of",
    "to_credit",
    "wall_code",
    "was_on_the_wall",
]
