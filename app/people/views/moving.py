"""Somebody goes on in another cohort: where to, what that changes, and the yes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.i18n import gettext
from app.people import access, changing, queries
from app.people.actions import moving
from app.people.forms import ElsewhereForm
from app.people.models import Cohort, Membership
from app.people.rules import Role
from app.people.sentences import ROLES
from app.people.views.enrolment import bp
from app.web import clock
from app.web.access import viewer
from app.web.limits import writing
from app.web.session import session


@bp.get("/cohorts/<public_id>/people/<person_id>/<role>/move")
def ask_move(public_id: str, person_id: str, role: str) -> ResponseReturnValue:
    """Choose the other cohort; then what goes along and what changes, before the yes."""
    cohort = access.cohort_for(session(), viewer(), public_id)
    membership = access.membership_for(session(), cohort, person_id, role)
    chosen = request.args.get("cohort", "")
    form = ElsewhereForm(formdata=None, cohorts=_others(cohort), cohort=chosen)
    return _page(cohort, membership, form, access.cohort_for(session(), viewer(), chosen) if chosen else None)


@bp.post("/cohorts/<public_id>/people/<person_id>/<role>/move")
@writing
def move(public_id: str, person_id: str, role: str) -> ResponseReturnValue:
    """The yes."""
    cohort = access.cohort_for(session(), viewer(), public_id)
    membership = access.membership_for(session(), cohort, person_id, role)
    form = ElsewhereForm(cohorts=_others(cohort))
    if not form.validate_on_submit():
        return _page(cohort, membership, form, None), 422
    to = access.cohort_for(session(), viewer(), form.cohort.data)
    words = {"name": membership.person.name, "here": cohort.name, "there": to.name}
    try:
        moving.move(session(), membership, to, by=viewer(), now=clock.now())
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return _page(cohort, membership, form, to), 422
    flash(gettext("%(name)s goes on in %(there)s. What was seen and done in %(here)s counts there.", **words), "good")
    return redirect(url_for("persons.show", public_id=person_id, _anchor="cohorts"), 303)


def _others(cohort: Cohort) -> list[Cohort]:
    return [other for other in queries.open_cohorts(session()) if other.id != cohort.id]


def _page(cohort: Cohort, membership: Membership, form: ElsewhereForm, to: Cohort | None) -> str:
    lines = changing.changes(session(), membership.person_id, cohort.id, to.id) if to else []
    return render_template(
        "people/move.html", cohort=cohort, membership=membership, form=form, to=to, lines=lines,
        role=ROLES[Role(membership.role)],
    )  # fmt: skip
