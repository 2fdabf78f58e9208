"""Codes by which people note that they are there: one for each minute of a half, on the wall, and one for each person,
on a card. Nothing of them is stored: who holds the key of the house can compute them again. Time is the server's."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from app.people.codes import LETTERS, read_code

LENGTH = 6
PERIOD = 60  # seconds
SLACK = 5  # Minutes for signing in after the wall has gone on.
EARLY, LATE = timedelta(hours=1), timedelta(hours=3)  # Around a half: when its wall may have been shown.


def period(now: datetime) -> int:
    """The number of the minute, the same in every zone."""
    return int(now.timestamp()) // PERIOD


def remaining(now: datetime) -> int:
    """For how many seconds more the wall shows this code."""
    return PERIOD - int(now.timestamp()) % PERIOD


def shown_at(number: int) -> datetime:
    """The moment at which the code of this minute came up."""
    return datetime.fromtimestamp(number * PERIOD, UTC)


def wall_code(key: str, half: str, number: int) -> str:
    """What the wall shows for a half in this minute."""
    return _letters(key, f"on the wall:{half}:{number}")


def card_code(key: str, cohort: str, person: str) -> str:
    """What a person's card in a cohort says; another person's or another cohort's is another."""
    return _letters(key, f"on a card:{cohort}:{person}")


def read(typed: str) -> str:
    """The code in what was typed or scanned; what is too long stays so and is no code."""
    return read_code(typed)


def on_the_wall(key: str, half: str, code: str, now: datetime) -> int | None:
    """The minute in which the wall showed this code, if it still holds."""
    return _find(key, half, code, period(now) - SLACK, period(now))


def was_on_the_wall(key: str, half: str, code: str, span: tuple[datetime, datetime], now: datetime) -> int | None:
    """The minute of the half in which the wall showed this code, for what waited on a device until now: that its own
    clock is wrong does not matter, for the code tells the minute."""
    return _find(key, half, code, period(span[0] - EARLY), min(period(span[1] + LATE), period(now)))


def holder(key: str, cohort: str, people: Mapping[str, int], code: str) -> int | None:
    """Whose card this is, of these people by their public ids."""
    found = [held for person, held in people.items() if hmac.compare_digest(card_code(key, cohort, person), code)]
    return found[0] if len(found) == 1 else None


def _find(key: str, half: str, code: str, first: int, last: int) -> int | None:
    numbers = range(last, first - 1, -1)
    return next((n for n in numbers if hmac.compare_digest(wall_code(key, half, n), code)), None)


def _letters(key: str, text: str) -> str:
    number = int.from_bytes(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH))
