"""Who needs a word: stuck on a step that is open, or silent. Nobody who has nothing open, and nobody before the days
have gone by since the person came, since the step was opened, since the last that was heard."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

STUCK = timedelta(days=14)
SILENT = timedelta(days=7)


class Open(NamedTuple):
    """A step that somebody could do now: since when it is open, and when its newest fact came."""

    step: int
    opened_at: datetime | None = None
    last_at: datetime | None = None


class Stuck(NamedTuple):
    """Where somebody is stuck, and since when."""

    step: int
    since: datetime


def stuck(steps: Sequence[Open], *, joined_at: datetime, moved_at: datetime | None, now: datetime) -> Stuck | None:
    """The step that was begun and left longest ago; else, where nothing at all has moved (`moved_at`), the first one.

    Who goes on elsewhere is not stuck on a step that waits for its turn.
    """
    begun = [Stuck(one.step, _latest(one.last_at, one.opened_at, joined_at)) for one in steps if one.last_at]
    left = [one for one in begun if now - one.since >= STUCK]
    if left:
        return min(left, key=lambda one: one.since)
    if begun or not steps:
        return None
    first = Stuck(steps[0].step, _latest(moved_at, steps[0].opened_at, joined_at))
    return first if now - first.since >= STUCK else None


def silent(steps: Sequence[Open], *, joined_at: datetime, sign_at: datetime | None, now: datetime) -> datetime | None:
    """Since when nothing was heard of somebody who has something to do; None before a week of it."""
    if not steps:
        return None
    opened = [one.opened_at for one in steps]
    since = _latest(sign_at, joined_at, None if None in opened else min(filter(None, opened)))
    return since if now - since >= SILENT else None


def _latest(*moments: datetime | None) -> datetime:
    return max(_known(moments))


def _known(moments: Iterable[datetime | None]) -> list[datetime]:
    return [at for at in moments if at is not None]
