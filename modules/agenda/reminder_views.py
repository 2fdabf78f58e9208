"""Of what a cohort is reminded: its trainers decide."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import notices
from app.i18n import gettext
from app.people.rules import Role
from app.web import clock
from app.web.access import only, viewer
from app.web.session import session
from modules import access

bp = Blueprint("reminders", __name__, url_prefix="/cohorts", template_folder="templates")
bp.before_request(only(Role.TRAINER))


@bp.get("/<public_id>/reminders")
def show(public_id: str) -> ResponseReturnValue:
    """The kinds, each on or off."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    off = notices.silenced(session(), cohort.id)
    return render_template("agenda/reminders.html", cohort=cohort, kinds=notices.labelled(), off=off)


@bp.post("/<public_id>/reminders")
def choose(public_id: str) -> ResponseReturnValue:
    """From now on only these are told; what was told stays."""
    cohort, told = access.cohort_led(session(), viewer(), public_id), request.form.getlist("told")
    off = [kind.name for kind in notices.labelled() if kind.name not in told]
    notices.silence(session(), cohort.id, off, by=viewer(), now=clock.now())
    flash(gettext("Saved: this cohort is told what you chose."), "good")
    return redirect(url_for("reminders.show", public_id=cohort.public_id), 303)
