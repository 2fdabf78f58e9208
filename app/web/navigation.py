"""At most five words per role, in the order of the look; who holds several roles has the words of each."""

from typing import TYPE_CHECKING

from flask import url_for

from app.i18n import gettext as _

if TYPE_CHECKING:
    from app.people.models import Person

ADMIN = ("recordings", "people", "cohorts", "modules", "account")
TRAINER = ("cohorts", "grading", "cases", "modules", "account")
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


def navigation(person: "Person") -> list[tuple[str, str, str]]:
    """(key, address, word) for each page in the viewer's navigation."""
    words = {
        "home": _("Home"),
        "modules": _("Modules"),
        "cases": _("Cases"),
        "grades": _("Marks"),
        "cohorts": _("Cohorts"),
        "grading": _("Grading"),
        "recordings": _("Videos"),  # Short: five words are to fit on one line of a telephone.
        "people": _("People"),
        "account": _("Account"),
    }
    return [(key, url_for(ENDPOINTS[key]), words[key]) for key in _keys(person)]


def _keys(person: "Person") -> list[str]:
    leads = (ADMIN if person.is_admin else ()) + (TRAINER if person.holds("trainer") else ())
    learns = LEARNER if person.holds("learner") or not leads else ()
    return sorted(dict.fromkeys(learns + leads), key=lambda key: key == "account")  # One's own account stands last.
