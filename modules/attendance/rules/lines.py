"""What a facilitator types in one field: sessions with their hours, numbers of lines on a printed sheet."""

import re
from datetime import time

_HOURS = re.compile(r"^\s*(\d{1,2})\s*[:hH]\s*(\d{2})?\s*(?:[-–—]\s*(\d{1,2})\s*[:hH]\s*(\d{2})?)?\s*(.*)$")


def sessions(text: str) -> list[tuple[str, time | None, time | None]]:
    """One on each line, with hours before the name where they are known: "09:00-10:30 Opening", "14 h Visit"."""
    return [_session(line) for line in text.splitlines() if line.strip()]


def _session(line: str) -> tuple[str, time | None, time | None]:
    found = _HOURS.match(line)
    if not found:
        return line.strip(), None, None
    from_hour, from_minute, to_hour, to_minute, name = found.groups()
    try:
        starts = time(int(from_hour), int(from_minute or 0))
        ends = time(int(to_hour), int(to_minute or 0)) if to_hour else None
    except ValueError:  # 25:00 is no hour, and may be part of a name.
        return line.strip(), None, None
    return name.strip(), starts, ends


def numbers(text: str, most: int) -> tuple[set[int], list[str]]:
    """The lines of a sheet that are meant by "1-12, 15, 18", and what of it means no line of `most`."""
    found: set[int] = set()
    strange = []
    for part in re.split(r"[,;\s،]+", re.sub(r"\s*[-–—]\s*", "-", text.strip())):
        if not part:
            continue
        ends = part.split("-")
        if not all(end.isdecimal() and len(end) < 6 for end in ends) or len(ends) > 2:
            strange.append(part)
            continue
        first, last = int(ends[0]), int(ends[-1])
        if 1 <= first <= last <= most:
            found |= set(range(first, last + 1))
        else:
            strange.append(part)
    return found, strange


_BASE = "0123456789abcdefghijklmnopqrstuvwxyz"


def sheet_number(at: int) -> str:
    """A minute as it stands at the head of a sheet: who was on the list then keeps the own line."""
    text = ""
    while at:
        at, digit = divmod(at, 36)
        text = _BASE[digit] + text
    return text or "0"


def sheet_minute(typed: str) -> int | None:
    """The minute that a sheet's number says; None where it says none."""
    said = typed.strip().lower()
    return int(said, 36) if said and len(said) <= 7 and set(said) <= set(_BASE) else None
