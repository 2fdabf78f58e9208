"""When a worker counts as alive, and in which order work is done; nothing here knows a database or a page."""

from datetime import datetime, timedelta

SIGN_SECONDS = 5
SILENT = timedelta(seconds=6 * SIGN_SECONDS)
FORGOTTEN = timedelta(days=1)


def alive(seen_at: datetime, now: datetime) -> bool:
    """Whether a worker that was seen then can still be counted on."""
    return now - seen_at <= SILENT
