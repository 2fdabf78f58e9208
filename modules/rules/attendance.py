"""Who was there on a day in person, and when a presence that is taken back needs a reason.

What is noted about somebody is True (there), False (not there) or None (nothing).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from modules.rules.dates import day_of

SLIP = timedelta(hours=24)


def reason_needed(noted_at: datetime, now: datetime) -> bool:
    """Within a day it is a slip of the hand; later the learner has seen it count and is owed a reason."""
    return now - noted_at > SLIP


def all_ahead(days: Iterable[tuple[date, str]], now: datetime) -> bool:
    """Whether there are dates, as (day, zone of its place), and each of them begins tomorrow there or later."""
    found = [day > day_of(now, zone) for day, zone in days]
    return bool(found) and all(found)


def to_write(was: bool | None, now: bool | None, wanted: bool | None) -> bool:
    """Whether a line of a list was changed by who sends it, and does not say so already."""
    return wanted != was and wanted != now


def overtaken(was: bool | None, now: bool | None, wanted: bool | None) -> bool:
    """Whether somebody else has changed that line to something else since the list was opened."""
    return to_write(was, now, wanted) and now != was
