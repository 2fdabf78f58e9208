"""When a notice is mailed: digests at a chosen hour, urgent ones at once, nothing in quiet hours. Pure: moments in, a
verdict out, by the clock on the wall of the person's zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

PAUSE = timedelta(minutes=15)  # Between two mails to one person, so that what comes in a row travels together.
STALE = timedelta(days=14)  # What nobody could be mailed for so long is news no more.


class State(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Mails(StrEnum):
    """How often somebody wants mail."""

    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


@dataclass(frozen=True)
class Wish:
    """When somebody wants mail. Hours are those of her zone; a quiet time that begins and ends alike is none."""

    mails: str = Mails.DAILY
    at_once: bool = True
    hour: int = 7
    weekday: int = 0
    quiet_from: int = 20
    quiet_until: int = 7


def quiet(wish: Wish, zone: str, now: datetime) -> bool:
    """Whether it is a quiet hour there."""
    hour, begins, ends = now.astimezone(ZoneInfo(zone)).hour, wish.quiet_from, wish.quiet_until
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def last_round(wish: Wish, zone: str, now: datetime) -> datetime:
    """When the last digest was to leave: today's hour there, or that of the day (the week) before.

    An hour that a change of clocks leaves out is an hour later; one that it brings twice is the first.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    back = (today.weekday() - wish.weekday) % 7 if wish.mails == Mails.WEEKLY else 0
    turn = _at(today - timedelta(days=back), wish.hour, zone)
    if turn > now:
        turn = _at(today - timedelta(days=back + (7 if wish.mails == Mails.WEEKLY else 1)), wish.hour, zone)
    return turn


def leaves(
    wish: Wish, zone: str, due: Iterable[tuple[datetime, bool]], now: datetime, last: datetime | None = None
) -> bool:
    """Whether a mail with these notices (moment, urgency) leaves now, if the last left then. It takes all of them."""
    if wish.mails == Mails.OFF or quiet(wish, zone, now) or (last is not None and now - last < PAUSE):
        return False
    turn = last_round(wish, zone, now)
    return any(at <= turn or (urgent and wish.at_once) for at, urgent in due if at <= now)


def _at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def may_help(reason: str) -> bool:
    """Whether another try may help after this failure: not where the server said no for good (5xx), or where a mail may
    have arrived already."""
    why, _, code = reason.partition(":")
    return why in {"unreachable", "login", "open_line", "died"} or (why == "refused" and not code.startswith("5"))
