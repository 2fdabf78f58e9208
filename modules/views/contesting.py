"""Objections: the list for those who answer, and the page of each."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import DomainError, Invalid
from app.i18n import _
from app.people.rules import Role
from app.web.access import viewer
from app.web.forms import page_number
from app.web.session import session
from modules import access, actions, words
from modules.forms import AnswerForm
from modules.queries import contests as queries
from modules.views.cohorts import bp


@bp.get("/objections")
def contests() -> ResponseReturnValue:
    """Those that wait, or those that were answered."""
    person, answered = viewer(), "answered" in request.args
    mine = None if person.is_admin else person.cohorts_as(Role.TRAINER)
    page = queries.listed(session(), mine, page_number(), answered=answered)
    return render_template("modules/contests.html", page=page, answered=answered, words=words)


@bp.route("/objections/<public_id>", methods=["GET", "POST"])
def contest(public_id: str) -> ResponseReturnValue:
    """What was said, the facts as they were shown, and the answer."""
    row = access.contest_led(session(), viewer(), public_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            actions.answer_contest(
                session(), row, form.answer.data or "", form.outcome.data or "", by=viewer(), now=datetime.now(UTC)
            )
            flash(_("Answered. The learner finds it on the home page."), "good")
            return redirect(url_for("cohorts.contests"), 303)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except DomainError as refusal:
            form.refuse({"": refusal.sentence})
    page = render_template(
        "modules/contest.html", row=queries.one(session(), row.id), form=form, own=row.person_id == viewer().id
    )
    return page, 422 if form.errors else 200
