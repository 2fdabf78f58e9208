"""At most five words per role, in the order of the look. Who holds several roles has the words of each: the first three
and the account in the line, the others folded under one more."""

from typing import TYPE_CHECKING

from flask import url_for

from app.i18n import gettext as _

if TYPE_CHECKING:
    from app.people.models import Person

Item = tuple[str, str, str]  # Key, address, word.
ADMIN = ("recordings", "people", "cohorts", "modules", "account")
TRAINER = ("cohorts", "grading", "cases", "modules", "account")
MOST = 5  # Words that fit on one line of a telephone.
LEARNER = ("home", "modules", "cases", "grades", "account")
ENDPOINTS = {
    "home": "modules.home",
    "modules": "modules.index",
    "cases": "cases.index",
    "grades": "grades.index",
    "cohorts": "cohorts.index",
    "grading": "grading.queue",
    "recordings": "recordings.index",
    "people": "persons.index",
    "account": "account.show",
}


def navigation(person: "Person") -> tuple[list[Item], list[Item]]:
    """What stands in the line of the viewer's navigation, and what is folded before its last word."""
    words = {
        "home": _("Home"),
        "modules": _("Modules"),
        "cases": _("Cases"),
        "grades": _("Marks"),
        "cohorts": _("Cohorts"),
        "grading": _("Grading"),
        "recordings": _("Videos"),  # Short, to fit.
        "people": _("People"),
        "account": _("Account"),
    }
    items = [(key, url_for(ENDPOINTS[key]), words[key]) for key in _keys(person)]
    if len(items) <= MOST:
        return items, []
    return [*items[: MOST - 2], items[-1]], items[MOST - 2 : -1]


def _keys(person: "Person") -> list[str]:
    leads = (ADMIN if person.is_admin else ()) + (TRAINER if person.holds("trainer") else ())
    learns = LEARNER if person.holds("learner") or not leads else ()
    words = dict.fromkeys(learns[:1] + leads + learns)  # What waits for others before one's own; home first.
    return sorted(words, key=lambda key: key == "account")  # One's own account stands last.
