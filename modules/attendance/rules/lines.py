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
