"""Cohorts and their people, for administrators."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.i18n import gettext
from app.people import access, queries, zones
from app.people.actions import cohorts as actions
from app.people.forms import CohortForm, MemberForm
from app.people.models import Cohort
from app.people.rules import Role
from app.people.sentences import ROLES
from app.prints import print_of
from app.web import clock
from app.web.access import admin_only, viewer
from app.web.forms import page_number
from app.web.once import once
from app.web.session import session

bp = Blueprint("enrolment", __name__, template_folder="../templates")
bp.before_request(admin_only)


@bp.get("/people/cohorts")
def cohorts() -> ResponseReturnValue:
    """Where the list of cohorts was before it became one."""
    return redirect(url_for("cohorts.index"), 301)


@bp.route("/cohorts/new", methods=["GET", "POST"])
@once
def add() -> ResponseReturnValue:
    """Make a cohort."""
    form = CohortForm()
    if form.validate_on_submit():
        try:
            cohort = actions.make_cohort(session(), form.name.data or "", form.zone.data or "", clock.now())
        except Invalid as refusal:
            form.refuse(refusal.fields)
        else:
            flash(gettext("The cohort is made. Now add its people."), "good")
            return redirect(url_for("enrolment.people", public_id=cohort.public_id), 303)
    return render_template("people/cohort_form.html", form=form), 422 if request.method == "POST" else 200


@bp.route("/cohorts/<public_id>/details", methods=["GET", "POST"])
def edit(public_id: str) -> ResponseReturnValue:
    """Change a cohort's name or zone."""
    cohort = access.cohort_for(session(), viewer(), public_id)
    known, saved = actions.content(cohort), None
    form = CohortForm(data={**known, "began": print_of(known)})
    if form.validate_on_submit():
        if not actions.unchanged(session(), cohort, form.began.data):
            saved = form.begin_again(actions.content(cohort))
        elif _changed(cohort, form):
            flash(gettext("The cohort is saved."), "good")
            return redirect(url_for("enrolment.people", public_id=public_id), 303)
    page = render_template("people/cohort_form.html", form=form, cohort=cohort, saved=saved)
    return page, 422 if request.method == "POST" else 200


def _changed(cohort: Cohort, form: CohortForm) -> bool:
    """Whether the cohort now is what the form says; if not, the form says why."""
    try:
        actions.change_cohort(session(), cohort, form.name.data or "", form.zone.data or "")
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return False
    return True


@bp.post("/cohorts/<public_id>/archive")
def archive(public_id: str) -> ResponseReturnValue:
    """Put a cohort away, or bring it back."""
    cohort = access.cohort_for(session(), viewer(), public_id)
    if request.form.get("undo"):
        actions.restore(session(), cohort)
        flash(gettext("The cohort %(name)s is back.", name=cohort.name), "good")
    else:
        actions.archive(session(), cohort, clock.now(), viewer())
        flash(
            gettext("The cohort %(name)s is archived. Archived cohorts can be brought back.", name=cohort.name), "good"
        )
    return redirect(url_for("cohorts.index"), 303)


@bp.get("/cohorts/<public_id>/people")
def people(public_id: str) -> ResponseReturnValue:
    """Who takes part, and who did."""
    return _people_page(access.cohort_for(session(), viewer(), public_id), MemberForm(formdata=None), 200)


@bp.post("/cohorts/<public_id>/people")
def add_member(public_id: str) -> ResponseReturnValue:
    """Give a known person a role; an unknown login leads to the form for a new person."""
    cohort, form = access.cohort_for(session(), viewer(), public_id), MemberForm()
    if not form.validate_on_submit():
        return _people_page(cohort, form, 422)
    person = queries.find_by_login(session(), form.login.data or "")
    if person is None:
        form.refuse({"login": gettext("Nobody signs in with this yet. Check it, or add a new person.")})
        return _people_page(cohort, form, 422, unknown=form.login.data or "")
    if actions.enrol(session(), cohort, person, Role(form.role.data), clock.now(), viewer()):
        flash(gettext("%(name)s takes part in %(cohort)s.", name=person.name, cohort=cohort.name), "good")
    else:
        flash(gettext("%(name)s had this role already.", name=person.name), "neutral")
    return redirect(url_for("enrolment.people", public_id=public_id), 303)


@bp.post("/cohorts/<public_id>/people/<person_id>/<role>")
def change_membership(public_id: str, person_id: str, role: str) -> ResponseReturnValue:
    """End a role, or give it again."""
    cohort = access.cohort_for(session(), viewer(), public_id)
    membership = access.membership_for(session(), cohort, person_id, role)
    words = {"name": membership.person.name, "cohort": cohort.name}
    if request.form.get("undo"):
        actions.enrol(session(), cohort, membership.person, Role(membership.role), clock.now(), viewer())
        flash(gettext("%(name)s takes part in %(cohort)s again.", **words), "good")
    else:
        actions.end_membership(session(), membership, clock.now(), viewer())
        flash(gettext("%(name)s no longer has this role in %(cohort)s. It can be given back below.", **words), "good")
    return redirect(url_for("enrolment.people", public_id=public_id), 303)


def _people_page(cohort: Cohort, form: MemberForm, status: int, unknown: str = "") -> Response:
    search = request.args.get("search", "")
    page = queries.people(session(), search, cohort, number=page_number(), ended=True)
    for line in page.lines:
        newest = {held.role: held for held in line.memberships if held.cohort_id == cohort.id}
        line.memberships = list(newest.values())  # A person's own page shows the earlier times too.
    waiting = queries.count_without_password(session(), cohort)
    body = render_template(
        "people/cohort_people.html", cohort=cohort, page=page, search=search, form=form, roles=ROLES, unknown=unknown,
        waiting=waiting, members=queries.count_members(session(), cohort), zone_name=zones.shown,
    )  # fmt: skip
    return make_response(body, status)
