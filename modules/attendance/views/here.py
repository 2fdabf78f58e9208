"""I am here: a learner types or scans the code on the wall, and has a card to show where there is none."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import _
from app.people.attempts import network
from app.web.access import signed_in, viewer
from app.web.limits import limiter
from app.web.session import session
from modules.attendance import actions, rules, words
from modules.attendance.queries.here import cohorts_of
from modules.attendance.views.qr import drawn
from modules.attendance.views.sender import about
from modules.attendance.views.wall import key
from modules.queries import overview

bp = Blueprint("here", __name__, template_folder="../templates")
bp.before_request(signed_in)


def own_network() -> str:
    """A hall may stand behind it."""
    return f"network:{network(request.remote_addr or '')}"


# A person tries twelve codes a minute at most, and a hall of hundreds may type at once: of 47 million, few hold.
by_person = limiter.limit("12 per minute")
by_network = limiter.limit("600 per minute", key_func=own_network)


@bp.get("/here")
def show() -> str:
    """Where the code is typed; the address on the wall carries it already."""
    return _page(request.args.get("code", ""))


@bp.post("/here")
@by_network
@by_person
def check_in() -> ResponseReturnValue:
    """Note that the person is there."""
    typed = request.form.get("code", "")
    try:
        here = actions.check_in(session(), viewer(), typed, key(), now=datetime.now(UTC), about=about("code"))
    except Invalid as refusal:
        return _page(typed, refusal.fields), 422
    flash(said(here), "good")
    return redirect(url_for("here.show"), 303)


def said(here: actions.Here) -> str:
    """ "You are noted as present: title, morning."."""
    place = here.place
    title = overview.step_title(session(), place.step, i18n.current())
    where = f"{title}, {words.half(place.half, [])}"
    if here.already:
        return _("You were noted as present already: %(where)s.", where=where)
    return _("You are noted as present: %(where)s.", where=where)


def _page(typed: str, wrong: Any = None) -> str:
    person = viewer()
    codes = [
        (cohort.name, rules.card_code(key(), cohort.public_id, person.public_id))
        for cohort in cohorts_of(session(), person)
    ]
    return render_template(
        "attendance/here.html", typed=typed, wrong=wrong or {},
        cards=[(name, code, drawn(code, code)) for name, code in codes],
    )  # fmt: skip
