"""When mail comes, and how to have none: the latter without signing in, by the link of each mail."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.i18n import gettext
from app.notices import actions, queries, unsubscribing
from app.notices.forms import WishForm
from app.notices.views import bp as notices
from app.people import zones
from app.web.access import csrf, open_to_all, viewer
from app.web.session import session

bp = Blueprint("unsubscribing", __name__, url_prefix="/unsubscribe", template_folder="templates")
bp.before_request(open_to_all)


@notices.route("/mail", methods=["GET", "POST"])
def wishes() -> ResponseReturnValue:
    """The form."""
    form = WishForm(data=asdict(queries.wish_of(session(), viewer().id)))
    if form.validate_on_submit():
        actions.wish(session(), viewer().id, form.wish())
        flash(gettext("Saved: mail comes as you said."), "good")
        return redirect(url_for("notices.index"), 303)
    shown: dict[str, Any] = {
        "form": form,
        "zone": zones.shown(queries.zone_of(session(), viewer().id), i18n.current()),
        "address": queries.has_address(session(), viewer().id),
        "sends": bool(current_app.config["HOUSE"].mail_url),
    }
    return render_template("notices/wishes.html", **shown), 422 if form.is_submitted() else 200


@bp.get("/<token>")
def ask(token: str) -> ResponseReturnValue:
    """One press away: programs that look at links in mails must not end anything."""
    _person(token)
    return render_template("notices/unsubscribe.html", token=token, done=False)


@bp.post("/<token>")
@csrf.exempt
def leave(token: str) -> ResponseReturnValue:
    """Mail ends; also by the button of a mail program, which knows no form of ours (RFC 8058)."""
    actions.no_more_mail(session(), _person(token))
    return render_template("notices/unsubscribe.html", token=token, done=True)


def _person(token: str) -> str:
    found = unsubscribing.person_of(current_app.config["SECRET_KEY"], token)
    if found is None:
        raise NotFound
    return found
