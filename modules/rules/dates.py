"""Days and times of a cohort's zone: stored in UTC, "12 June" ends at 23:59:59 there."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59, 59)


def start_of_day(day: date, zone: str) -> datetime:
    """The first moment of the day there, in UTC."""
    return moment_there(day, time(0, 0), zone)


def end_of_day(day: date, zone: str) -> datetime:
    """The last second of the day there, in UTC."""
    return moment_there(day, END_OF_DAY, zone)


def moment_there(day: date, at: time, zone: str) -> datetime:
    """A clock time of that day there, in UTC; in the hour that a change of clocks repeats, the first one."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def span_there(day: date, starts: time | None, ends: time | None, zone: str) -> tuple[datetime, datetime | None]:
    """From when to when a meeting lasts; where no hour is known, from the first to the last second of the day."""
    if starts is None:
        return start_of_day(day, zone), end_of_day(day, zone)
    return moment_there(day, starts, zone), moment_there(day, ends, zone) if ends else None


def is_over(due_at: datetime | None, now: datetime) -> bool:
    """Whether a last day has gone by: something to say, never something that closes a step."""
    return due_at is not None and due_at < now


def day_of(moment: datetime, zone: str) -> date:
    """The calendar day of the moment there."""
    try:
        return moment.astimezone(ZoneInfo(zone)).date()
    except OverflowError:  # The last hours of the calendar, east of Greenwich.
        return moment.date()
