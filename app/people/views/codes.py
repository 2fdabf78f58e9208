"""One-time codes for people without a password: made by a POST, shown on a page of its own for half an hour."""

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app import i18n
from app.people import access, codes, queries
from app.people.actions import codes as actions
from app.people.models import Cohort, Person
from app.people.sentences import KINDS
from app.people.views.sign_in import key
from app.web import clock
from app.web.access import admin_only, viewer
from app.web.session import session

bp = Blueprint("codes", __name__, template_folder="../templates")
bp.before_request(admin_only)


@bp.get("/people/<public_id>/code")
def of_person(public_id: str) -> ResponseReturnValue:
    """The code that the viewer has just made for one person."""
    return _cards_page([access.person_for(session(), viewer(), public_id)])


@bp.post("/people/<public_id>/code")
def make_for_person(public_id: str) -> ResponseReturnValue:
    """A code for one person; loading the page that follows again makes no other."""
    person = access.person_for(session(), viewer(), public_id)
    _make([person])
    return redirect(url_for("codes.of_person", public_id=public_id), 303)


@bp.get("/cohorts/<public_id>/people/codes")
def of_cohort(public_id: str) -> ResponseReturnValue:
    """A sheet with the codes that the viewer has just made for members of a cohort."""
    cohort = access.cohort_for(session(), viewer(), public_id)
    return _cards_page(queries.without_password(session(), cohort), cohort)


@bp.post("/cohorts/<public_id>/people/codes")
def make_for_cohort(public_id: str) -> ResponseReturnValue:
    """A code for each member who has no password yet."""
    _make(queries.without_password(session(), access.cohort_for(session(), viewer(), public_id)))
    return redirect(url_for("codes.of_cohort", public_id=public_id), 303)


def _make(people: list[Person]) -> None:
    actions.make_codes(session(), people, key(), clock.now(), viewer())


def _cards_page(people: list[Person], cohort: Cohort | None = None) -> Response:
    house = current_app.config["HOUSE"]
    site = (house.base_url or request.url_root).rstrip("/")
    cards = actions.fresh_codes(session(), people, key(), clock.now(), viewer())
    page = render_template(
        "people/codes.html", cards=[(card, _drawn(card, site, cohort)) for card in cards], cohort=cohort, site=site,
        person=people[0] if not cohort else None, needed=bool(people),
        minutes=int(codes.SHOWN_FOR.total_seconds()) // 60,
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _drawn(card: actions.Card, site: str, cohort: Cohort | None) -> Markup:
    """A card in the language of who is handed it; the page around it speaks to who prints it."""
    person = card.person
    with i18n.speaking(person.language if person.language in i18n.offered() else i18n.DEFAULT):
        drawn = render_template(
            "people/_code_card.html", card=card, kinds=KINDS, shown=codes.shown, site=site,
            zone=cohort.zone if cohort else person.zone,
        )  # fmt: skip
    return Markup(drawn)
