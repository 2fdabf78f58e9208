"""The secret address of a calendar: made, renewed and ended by its owner, read by whoever knows it."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.i18n import gettext
from app.people.codes import hash_token, new_token
from app.web import clock
from app.web.access import open_to_all, viewer
from app.web.session import session
from modules import moments
from modules.agenda import actions, calendar, queries
from modules.agenda.views import bp as own
from modules.agenda.views import sent

bp = Blueprint("feeds", __name__)
bp.before_request(open_to_all)


@own.get("/calendar")
def address() -> ResponseReturnValue:
    """Whether there is an address, and what it shows."""
    return _page()


@own.post("/calendar")
def new_address() -> ResponseReturnValue:
    """A new address, shown this once; the one before ends."""
    token = new_token()
    actions.set_key(session(), viewer().id, hash_token(token), clock.now())
    return _page(_site() + url_for("feeds.read", token=token))


@own.post("/calendar/end")
def end_address() -> ResponseReturnValue:
    """The address opens nothing any more."""
    actions.end_key(session(), viewer().id)
    flash(gettext("The address of your calendar opens nothing any more."), "good")
    return redirect(url_for("agenda.address"), 303)


@bp.get("/calendar/<token>.ics")
def read(token: str) -> ResponseReturnValue:
    """The calendar of whoever made this address, three statements and one for each room; unchanged, it is not sent."""
    reader = queries.reader(session(), hash_token(token))
    if reader is None:
        raise NotFound
    lang = reader.language if reader.language in i18n.offered() else i18n.DEFAULT
    found = moments.of_cohorts(session(), list(reader.cohorts), lang)
    with i18n.speaking(lang):
        answer = sent(calendar.written(found, reader.cohorts, _site()), "calendar")
    answer.headers["Cache-Control"] = "private, max-age=900"
    answer.set_etag(sha256(answer.get_data()).hexdigest()[:32])
    answer.last_modified = _changed([one.changed_at for one in found], reader.since)
    return answer.make_conditional(request)


def _changed(said: list[datetime], since: Any) -> datetime:
    return max([*said, since])


def _page(address: str = "") -> Response:
    key = queries.key_of(session(), viewer().id)
    page = render_template("agenda/calendar.html", key=key, address=address, zone=viewer().zone)
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _site() -> str:
    house = current_app.config["HOUSE"]
    return str(house.base_url or request.url_root).rstrip("/")
