"""Numbers, sizes, durations and dates as the current language writes them. Cached: a page asks dozens of times."""

import re
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol
from babel.numbers import format_percent as babel_percent
from flask import current_app
from flask_babel import LazyString

from app.i18n.texts import gettext, locale_code

NO_BREAK = "\u00a0"
MEGA = 1_000_000
# The space between a day and its month, on either side of the figure; the name of a weekday may stand alone.
_PAIR = re.compile(r"(?<=\d) (?=[^\W\d])|(?<=\der) (?=[^\W\d])|(?<=[^\W\d]) (?=\d{1,2}\b(?! [^\W\d]))")


def megabytes(n_bytes: int) -> str:
    """A size as a price: "2,7 Mo", "56 Mo", "40 ko", "1,2 Go"."""
    if n_bytes < MEGA // 10:
        return _unit(gettext("%(n)s kB", n=_decimal(locale_code(), -(-n_bytes // 1000), 0)))
    if n_bytes < 1000 * MEGA:
        return _unit(gettext("%(n)s MB", n=_short(n_bytes / MEGA)))
    return _unit(gettext("%(n)s GB", n=_short(n_bytes / (1000 * MEGA))))


def patterns() -> dict[str, str]:
    """The texts behind spans, sizes and times, for scripts that change them under the eyes (static/say.js)."""
    return {
        "s": gettext("%(s)s s", s="%(s)s"),
        "m": gettext("%(m)s min", m="%(m)s"),
        "ms": gettext("%(m)s min %(s)s s", m="%(m)s", s="%(s)s"),
        "h": gettext("%(h)s h", h="%(h)s"),
        "hm": gettext("%(h)s h %(m)s min", h="%(h)s", m="%(m)s"),
        "kB": gettext("%(n)s kB", n="%(n)s"),
        "MB": gettext("%(n)s MB", n="%(n)s"),
        "GB": gettext("%(n)s GB", n="%(n)s"),
        "sharp": gettext("%(h)s:00", h="%(h)s"),
        "hour": gettext("%(h)s:%(m)s", h="%(h)s", m="%(m)s"),
        "at": gettext("at %(hour)s", hour="%(hour)s"),
    }


def clock(seconds: float) -> str:
    """A place in a recording: "41:20" or "1:02:03"."""
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def span(seconds: float) -> str:
    """A length of time: "45 s", "14 min 55", "38 min", "1 h 51"."""
    total = round(seconds)
    if total < 60:
        return _unit(gettext("%(s)s s", s=total))
    if total < 3600:
        minutes, rest = divmod(total, 60)
        return _unit(
            gettext("%(m)s min %(s)s s", m=minutes, s=f"{rest:02}") if rest else gettext("%(m)s min", m=minutes)
        )
    hours, minutes = divmod(round(total / 60), 60)
    return _unit(gettext("%(h)s h %(m)s min", h=hours, m=f"{minutes:02}") if minutes else gettext("%(h)s h", h=hours))


def day(at: datetime | date, zone: str | None = None, weekday: bool = False) -> str:
    """A date: "30 juin", with the year when it is not this one; weekday=True: "vendredi 30 juin"."""
    local = _local(at, zone).date() if isinstance(at, datetime) else at
    return _day(locale_code(), local, local.year != this_year(zone), weekday)


def month(first: date) -> str:
    """A month with its year: "juin 2027"."""
    return _month(locale_code(), first)


def this_year(zone: str | None = None) -> int:
    """The year in which dates are read: it is not said."""
    return _local(current_app.extensions["now"](), zone).year


def weekday(at: datetime, zone: str | None = None) -> str:
    """The name of the day: "vendredi"."""
    return _weekday(locale_code(), _local(at, zone).date())


def hour(at: datetime, zone: str | None = None) -> str:
    """A time of day: "14 h 03" or "9 h"."""
    local = _local(at, zone)
    if local.minute == 0:
        return _unit(gettext("%(h)s:00", h=local.hour))
    return _unit(gettext("%(h)s:%(m)s", h=local.hour, m=f"{local.minute:02}"))


def hour_of(hour: int) -> str:
    """A full hour of the day: "7 h"."""
    return _unit(gettext("%(h)s:00", h=hour))


def day_names() -> list[str]:
    """The days of the week, Monday first."""
    names = Locale.parse(locale_code()).days["stand-alone"]["wide"]
    return [str(names[number]) for number in range(7)]


def moment(at: datetime, zone: str | None = None) -> str:
    """A date with its time: "12 juin, 14 h 03"."""
    return gettext("%(day)s, %(hour)s", day=day(at, zone), hour=hour(at, zone))


def when(at: datetime, now: datetime, zone: str | None = None) -> str:
    """A time inside a sentence: "à 14 h 03" today, "le 12 juin, 14 h 03" on another day."""
    if _local(at, zone).date() == _local(now, zone).date():
        return _unit(gettext("at %(hour)s", hour=hour(at, zone)))
    return gettext("on %(moment)s", moment=moment(at, zone))


def percent(fraction: float) -> str:
    """A fraction as a whole percentage: "47 %"."""
    return _percent(locale_code(), round(fraction, 4))


def decimal_sign() -> str:
    """What stands before the decimals of a figure: "," in French, "." in English."""
    return str(get_decimal_symbol(locale_code()))


def number(x: float, digits: int = 1) -> str:
    """A number with at most so many decimals, trailing zeros left out: "7,5"."""
    return _decimal(locale_code(), x, digits)


def lazy_number(x: float) -> LazyString:
    """The same for a text of module level, written when it is shown."""
    return LazyString(number, x)


def _short(x: float) -> str:
    """As exact as one in twenty: two decimals below one, one below ten, none above."""
    digits = 2 if x < 0.995 else 1 if x < 9.95 else 0
    return _decimal(locale_code(), round(x, digits), digits)


def _unit(text: str) -> str:
    """A figure never parts from its unit."""
    return text.replace(" ", NO_BREAK)


def _local(at: datetime, zone: str | None) -> datetime:
    return at.astimezone(_zone(zone))


def _zone(zone: str | None) -> tzinfo:
    return ZoneInfo(zone) if zone else UTC


@lru_cache(4096)
def _decimal(locale: str, x: float, digits: int) -> str:
    return format_decimal(x, format="#,##0." + "#" * digits if digits else "#,##0", locale=locale)


@lru_cache(1024)
def _percent(locale: str, fraction: float) -> str:
    # CLDR's narrow space before % changes font in bold text on some phones.
    return babel_percent(fraction, locale=locale).replace("\u202f", NO_BREAK)


@lru_cache(4096)
def _day(locale: str, at: date, year: bool, weekday: bool) -> str:
    parsed = Locale.parse(locale)
    short = str(parsed.datetime_skeletons[("y" if year else "") + "MMM" + ("E" if weekday else "") + "d"])
    text = format_date(at, short.replace("MMM", "MMMM").replace("E", "EEEE"), locale=parsed)
    if at.day == 1 and locale == "fr":
        text = re.sub(r"\b1 ", "1er ", text, count=1)
    if locale == "en_GB":  # Its comma only where a year follows makes two dates of one sentence differ.
        text = text.replace(",", "")
    return _PAIR.sub(NO_BREAK, text)


@lru_cache(256)
def _month(locale: str, first: date) -> str:
    parsed = Locale.parse(locale)
    return format_date(first, str(parsed.datetime_skeletons["yMMMM"]).replace("MMMM", "LLLL"), locale=parsed)


@lru_cache(64)
def _weekday(locale: str, at: date) -> str:
    return str(Locale.parse(locale).days["stand-alone"]["wide"][at.weekday()])
