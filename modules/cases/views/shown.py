"""What every page of this room has at hand, and the links that choose a cohort, a country or a stage."""

from functools import cache, partial
from typing import Any

from flask import url_for

from app.i18n import Said, current, gettext
from app.people import countries
from app.text import fold
from app.web.access import viewer
from modules.cases import access, words
from modules.cases.access import Place
from modules.cases.forms import endonym_of
from modules.cases.models import Case
from modules.cases.views.drawing import draw_posts

Link = tuple[Any, str, Any]


def at_hand() -> dict[str, Any]:
    """For the templates: the room's words, and names of cases, countries, languages and days, each made once a page."""
    country = cache(partial(countries.name, language=current()))
    told = {"words": words, "country": country, "language_name": endonym_of, "name_of": name_of}
    return told | {"country_of": country_of, "draw_posts": draw_posts}


def name_of(case: Case) -> str:
    """The title of a case in its own language, where the viewer may know whose it is."""
    return Said(case.title, case.lang) if access.may_identify(case, viewer()) else words.unnamed(case.consent)


def country_of(case: Case) -> list[tuple[str, str]]:
    """The country of a case in the reader's language, as a fact; none where its title says the same or nobody may
    know."""
    name = countries.name(case.country, current()) if access.may_identify(case, viewer()) else ""
    return [(gettext("Country"), name)] if name and fold(name) != fold(case.title) else []


def cohorts_of_list(available: list[Place]) -> list[Link]:
    """The list of cases, once per cohort and cycle."""
    return [
        ((one.cohort, one.cycle), url_for("cases.index", cohort=one.cohort, cycle=one.cycle), one.name)
        for one in available
    ]


def countries_of_list(place: Place, codes: list[str]) -> list[Link]:
    """The list of cases, once per country, in the order of their names."""
    here: dict[str, Any] = {"cohort": place.cohort, "cycle": place.cycle}
    named = sorted(((code, countries.name(code, current())) for code in codes), key=lambda c: countries.plain_key(c[1]))
    links = [(code, url_for("cases.index", country=code, **here), name) for code, name in named]
    return [(None, url_for("cases.index", **here), gettext("All countries")), *links]


def cohorts_of_case(case: Case, available: list[Place], endpoint: str) -> list[Link]:
    """A page of a case, once per cohort."""
    return [(one.cohort, url_for(endpoint, public_id=case.public_id, cohort=one.cohort), one.name) for one in available]


def stages_of_discussion(case: Case, place: Place, stages: list[str]) -> list[Link]:
    """A case's discussions, once per stage."""
    here: dict[str, Any] = {"public_id": case.public_id, "cohort": place.cohort}
    links = [(stage, url_for("cases.discussion", stage=stage, **here), words.STAGES[stage]) for stage in stages]
    return [(None, url_for("cases.discussion", **here), gettext("All stages")), *links]
