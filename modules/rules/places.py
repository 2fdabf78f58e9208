"""A second of a recording as people write it."""

import re

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]?\d)")
_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,3})?")


def second_of(text: str) -> float | None:
    """ "1:02:03", "41:20" or plain seconds; None for anything else."""
    typed = text.strip()
    if (clock := _CLOCK.fullmatch(typed)) and not (clock[1] and int(clock[2]) > 59):
        return float(int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3]))
    return float(typed) if _SECONDS.fullmatch(typed) else None
