"""Days in person in words."""

from collections.abc import Sequence

from app.i18n import _, hour, weekday
from app.people.models import Cohort
from modules.models import Sitting
from modules.words.steps import city, when


def times(sitting: Sitting, shown_zone: str) -> str:
    """ "lundi, 9 h à 12 h 30"; only the day where no hour is known, and the zone where it is not the one shown."""
    zone = sitting.zone
    if sitting.day_only:
        return weekday(sitting.starts_at, zone)
    said = when(sitting.starts_at, zone)
    if sitting.ends_at is not None:
        said = _(
            "%(weekday)s, %(start)s to %(end)s", weekday=weekday(sitting.starts_at, zone),
            start=hour(sitting.starts_at, zone), end=hour(sitting.ends_at, zone),
        )  # fmt: skip
    return said if zone == shown_zone else f"{said} · {city(zone)}"


def sitting_line(sitting: Sitting) -> str:
    """When, where, and in which local time, for who sets the date."""
    zone = "" if sitting.day_only else city(sitting.zone)
    return " · ".join(part for part in (times(sitting, sitting.zone), sitting.place, zone) if part)


def sittings_zone(dates: Sequence[tuple[Sitting, Cohort]]) -> str:
    """The local time in which the hours are said, where there are hours."""
    return "" if all(sitting.day_only for sitting, _cohort in dates) else city(dates[0][0].zone)
