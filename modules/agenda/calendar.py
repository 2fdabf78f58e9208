"""Moments as iCalendar (RFC 5545). The same moments give the same bytes: what is written is when they were last said,
not when somebody asks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from app import i18n
from app.i18n import _
from modules.agenda import words
from modules.agenda.rules import day_there
from modules.moments import Moment, What

HOST = "alga-academy"  # A UID outlives the address of a server.
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


def written(moments: Sequence[Moment], cohorts: Mapping[int, str], site: str = "") -> bytes:
    """The file, in the language that speaks now."""
    calendar = Calendar()
    calendar.add("prodid", f"-//ALGA Academy//learning server//{i18n.current().upper()}")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("ALGA Academy"))
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for one in moments:
        if one.what in (What.OPENS, What.DUE, What.DAY):
            calendar.add_component(_event(one, cohorts.get(one.cohort_id, ""), site))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(one: Moment, cohort: str, site: str) -> Event:
    event = Event()
    event.add("uid", f"{one.key}@{HOST}")
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("sequence", max(0, int((one.changed_at - _BEGAN).total_seconds())))
    event.add("summary", words.title(one))
    event.add("description", cohort)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if one.what == What.DAY else "TRANSPARENT")
    if one.place:
        event.add("location", one.place)
    if site:
        event.add("url", site + one.path)
    if one.day_only:
        event.add("dtstart", day_there(one))
        event.add("dtend", day_there(one) + timedelta(days=1))
    else:
        event.add("dtstart", one.at.astimezone(ZoneInfo(one.zone)))
        if one.until:
            event.add("dtend", one.until.astimezone(ZoneInfo(one.zone)))
    return event
