"""Texts, numbers, sizes and dates in the language of the request."""

from app.i18n.formats import (
    clock,
    day,
    decimal_sign,
    hour,
    lazy_number,
    megabytes,
    moment,
    month,
    number,
    percent,
    span,
    this_year,
    weekday,
    when,
)
from app.i18n.languages import DEFAULT, Said, current, direction, endonym, of_terminal, offered, said, speaking
from app.i18n.start import choose_by, init_app, tell_time_by
from app.i18n.texts import gettext, lazy, locale_code, ngettext

_ = gettext

__all__ = [
    "DEFAULT",
    "Said",
    "_",
    "choose_by",
    "clock",
    "current",
    "day",
    "decimal_sign",
    "direction",
    "endonym",
    "gettext",
    "hour",
    "init_app",
    "lazy",
    "lazy_number",
    "locale_code",
    "megabytes",
    "moment",
    "month",
    "ngettext",
    "number",
    "of_terminal",
    "offered",
    "said",
    "percent",
    "span",
    "speaking",
    "tell_time_by",
    "this_year",
    "weekday",
    "when",
]
