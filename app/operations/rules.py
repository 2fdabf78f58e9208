"""When a worker counts as alive, how long a lease lasts and what waits how long; no database and no page in here."""

from datetime import datetime, timedelta

SIGN_SECONDS = 5
SILENT = timedelta(seconds=6 * SIGN_SECONDS)
FORGOTTEN = timedelta(days=1)
LEASE = timedelta(seconds=30)
BEAT_SECONDS = 2.0
ROOM_PAUSES = timedelta(seconds=30), timedelta(minutes=10)


def alive(seen_at: datetime, now: datetime) -> bool:
    """Whether a worker that was seen then can still be counted on."""
    return now - seen_at <= SILENT


def back_off(attempt: int) -> timedelta:
    """How long after this attempt failed the next one begins."""
    return timedelta(seconds=15 * 4 ** (attempt - 1))


def room_pause(waited: timedelta) -> timedelta:
    """How long until somebody looks again whether there is room: as long as it has been waited for, within bounds."""
    return min(max(waited, ROOM_PAUSES[0]), ROOM_PAUSES[1])


def time_left(part: float, elapsed: float) -> float | None:
    """Seconds still needed at the present pace; nothing before there is something to measure."""
    return elapsed * (1 - part) / part if part >= 0.01 and elapsed >= 1 else None
