"""Whom to remind of what: pure. Moments and who has done what in, notices out: (person, kind, moment)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from modules.agenda.rules import day_there, past
from modules.moments import Moment, What
from modules.rules import day_of

WEEK, DAY = timedelta(days=7), timedelta(days=1)
OPENED_FOR = timedelta(days=2)  # An opening is news for so long.
SILENT_EVERY = timedelta(days=14)
DUE_WEEK, DUE_DAY, TOMORROW, OPENED, SILENT = "due_week", "due_day", "day_tomorrow", "opened", "silent"
DATED = (DUE_WEEK, DUE_DAY, TOMORROW)  # They hold no more once their date has moved or gone by.
Told = tuple[int, str, Moment]


def key(moment: Moment) -> str:
    """One occasion: a date that is said anew is another."""
    return f"{moment.key}-{moment.at:%Y%m%dT%H%M}"


def kind(moment: Moment, now: datetime) -> str | None:
    """What is told of it now, if anything."""
    if moment.cancelled:
        return None
    if moment.what == What.OPENS:
        return OPENED if timedelta() <= now - moment.at < OPENED_FOR else None
    if moment.what == What.DUE and timedelta() <= moment.at - now <= WEEK:
        return DUE_DAY if moment.at - now <= DAY else DUE_WEEK
    if moment.what == What.DAY and day_there(moment) - day_of(now, moment.zone) == DAY:
        return TOMORROW
    return None


def reminders(
    moments: Iterable[Moment],
    learners: Mapping[int, Collection[int]],
    done: Collection[tuple[int, int]],
    silenced: Collection[tuple[int, str]],
    now: datetime,
) -> Iterator[Told]:
    """For the learners of each cohort who have not done the module: `done` holds (person, module), `silenced`
    (cohort, kind)."""
    for moment in moments:
        told = kind(moment, now)
        if told and (moment.cohort_id, told) not in silenced:
            yield from ((person, told, moment) for person in _open(moment, learners, done))


def holds(
    moments: Iterable[Moment], learners: Mapping[int, Collection[int]], done: Collection[tuple[int, int]], now: datetime
) -> set[tuple[int, str]]:
    """Of what was told before, what is still true: (person, key)."""
    return {
        (person, key(moment))
        for moment in moments
        if not moment.cancelled and not past(moment, now)
        for person in _open(moment, learners, done)
    }


def _open(moment: Moment, learners: Mapping[int, Collection[int]], done: Collection[tuple[int, int]]) -> list[int]:
    people = learners.get(moment.cohort_id, ())
    if moment.what == What.DAY:
        return list(people)
    return [person for person in people if (person, moment.module_id) not in done]
