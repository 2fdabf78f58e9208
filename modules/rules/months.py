"""Whole months as people choose them: a period of days would let somebody subtract one day from the next."""

import re
from datetime import UTC, datetime

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def month(text: str) -> datetime | None:
    """The first moment of a month written as 2026-06; None where it is no month."""
    found = _MONTH.fullmatch(text)
    return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC) if found and int(found[1]) >= 1 else None


def after(at: datetime) -> datetime:
    """The first moment of the next month."""
    return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)


def months(first: datetime, last: datetime) -> list[str]:
    """Every month from one moment to another, at most the last ten years."""
    found, at = list[str](), first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while at <= last and at.year < 9999:
        found.append(f"{at:%Y-%m}")
        at = after(at)
    return found[-120:]
