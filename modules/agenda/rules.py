"""What of a timeline is past, and how its months follow each other. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from modules.moments import Moment
from modules.rules import day_of, end_of_day


def day_there(moment: Moment) -> date:
    """The day on which it falls, by the calendar of its place."""
    return day_of(moment.at, moment.zone)


def past(moment: Moment, now: datetime) -> bool:
    """Whether it is over: a day when it has ended there, a meeting when it has."""
    ends = moment.until or (end_of_day(day_there(moment), moment.zone) if moment.day_only else moment.at)
    return ends < now


def months(moments: Iterable[Moment]) -> list[tuple[date, list[Moment]]]:
    """By month, each with its first day; they come in their order."""
    return [(month, list(own)) for month, own in groupby(moments, lambda each: day_there(each).replace(day=1))]
