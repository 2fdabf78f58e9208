"""People, for administrators: find, add, change, and give a way in."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import gettext
from app.people import access, codes, comparing, countries, queries, zones
from app.people.actions import accounts, cohorts, moving
from app.people.forms import DetailsForm, LoginForm, NewPersonForm, RoleForm, details_of
from app.people.models import Person
from app.people.rules import Role
from app.people.sentences import KINDS, ROLES
from app.web import clock
from app.web.access import admin_only, viewer
from app.web.forms import page_number
from app.web.once import once
from app.web.session import session

bp = Blueprint("persons", __name__, url_prefix="/people", template_folder="../templates")
bp.before_request(admin_only)


@bp.get("")
def index() -> ResponseReturnValue:
    """The list, by name, with its search."""
    asked = {name: request.args.get(name, "") for name in ("search", "cohort", "role", "country")}
    cohort = access.cohort_for(session(), viewer(), asked["cohort"]) if asked["cohort"] else None
    page = queries.people(session(), asked["search"], cohort, asked["role"], asked["country"], page_number())
    return render_template(
        "people/persons.html", page=page, asked=asked, cohorts=queries.open_cohorts(session()), roles=ROLES,
        countries=countries.names(i18n.current()), country_name=countries.name,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@once
def add() -> ResponseReturnValue:
    """Add one person, into a cohort if asked to."""
    cohort_id = request.args.get("cohort", "")
    cohort = access.cohort_for(session(), viewer(), cohort_id) if cohort_id else None
    role = request.args.get("role")
    form = NewPersonForm(
        cohort=cohort, login=request.args.get("login", ""),
        role=role if role in set(Role) else Role.LEARNER.value,
    )  # fmt: skip
    if form.validate_on_submit():
        now = clock.now()
        try:
            person = accounts.add_person(session(), form.details(), form.typed(), now)
        except Invalid as refused:
            form.refuse(refused.fields)
        else:
            if cohort is not None:
                cohorts.enrol(session(), cohort, person, Role(form.role.data), now, viewer())
            flash(gettext("%(name)s is added. Now make a code to sign in with.", name=person.name), "good")
            return redirect(url_for("persons.show", public_id=person.public_id), 303)
    elif form.is_submitted() and not (form.login.errors or form.kind.errors):
        form.refuse(accounts.refused_logins(session(), form.typed()))
    page = render_template("people/person_form.html", form=form, cohort=cohort)
    return page, 422 if request.method == "POST" else 200


@bp.get("/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """One person; an account that became a part of another leads there."""
    if kept := access.became(session(), public_id):
        return redirect(url_for("persons.show", public_id=kept), 303)
    return _page_of(access.person_for(session(), viewer(), public_id))


@bp.route("/<public_id>/details", methods=["GET", "POST"])
def edit(public_id: str) -> ResponseReturnValue:
    """Change a person's details."""
    person = access.person_for(session(), viewer(), public_id)
    form = DetailsForm(data=details_of(person))
    if form.validate_on_submit():
        accounts.change_details(session(), person, form.details())
        flash(gettext("The details are saved."), "good")
        return redirect(url_for("persons.show", public_id=public_id), 303)
    page = render_template("people/person_form.html", form=form, person=person)
    return page, 422 if request.method == "POST" else 200


@bp.post("/<public_id>/logins")
def add_login(public_id: str) -> ResponseReturnValue:
    """One more login."""
    person = access.person_for(session(), viewer(), public_id)
    form = LoginForm()
    try:
        if form.validate_on_submit():
            login = accounts.add_login(session(), person, *form.typed())
            flash(gettext("%(login)s can now be used to sign in.", login=login.shown), "good")
            return redirect(url_for("persons.show", public_id=public_id), 303)
    except Invalid as refused:
        form.refuse(refused.fields)
    return _page_of(person, 422, login_form=form)


@bp.post("/<public_id>/logins/removal")
def remove_login(public_id: str) -> ResponseReturnValue:
    """Take a login away."""
    person = access.person_for(session(), viewer(), public_id)
    accounts.remove_login(session(), person, request.form.get("folded", ""))
    flash(gettext("The login is removed."), "good")
    return redirect(url_for("persons.show", public_id=public_id), 303)


@bp.post("/<public_id>/roles")
def join(public_id: str) -> ResponseReturnValue:
    """Give a role in a cohort."""
    person = access.person_for(session(), viewer(), public_id)
    form = RoleForm(cohorts=queries.open_cohorts(session()))
    if not form.validate_on_submit():
        return _page_of(person, 422, role_form=form)
    cohort = access.cohort_for(session(), viewer(), form.cohort.data)
    cohorts.enrol(session(), cohort, person, Role(form.role.data), clock.now(), viewer())
    flash(gettext("%(name)s takes part in %(cohort)s.", name=person.name, cohort=cohort.name), "good")
    return redirect(url_for("persons.show", public_id=public_id), 303)


@bp.get("/<public_id>/administrator")
def administrator(public_id: str) -> ResponseReturnValue:
    """Ask before a person administers the installation, or no longer."""
    person = access.person_for(session(), viewer(), public_id)
    line = queries.person_line(session(), person)
    return render_template("people/administrator.html", line=line, own=person.id == viewer().id)


@bp.post("/<public_id>/administrator")
def make_administrator(public_id: str) -> ResponseReturnValue:
    """Let a person administer the installation, or no longer."""
    person = access.person_for(session(), viewer(), public_id)
    if request.form.get("end"):
        accounts.unmake_administrator(session(), person, clock.now(), viewer())
        flash(gettext("%(name)s no longer administers this site.", name=person.name), "good")
    else:
        accounts.make_administrator(session(), person, clock.now(), viewer())
        flash(gettext("%(name)s now administers this site.", name=person.name), "good")
    if person.id == viewer().id and request.form.get("end"):
        return redirect("/", 303)
    return redirect(url_for("persons.show", public_id=public_id), 303)


def _page_of(
    person: Person, status: int = 200, login_form: LoginForm | None = None, role_form: RoleForm | None = None
) -> Response:
    wrong = next((form for form in (login_form, role_form) if form is not None), None)
    now = clock.now()
    code, line = queries.open_code(session(), person, now), queries.person_line(session(), person)
    page = render_template(
        "people/person.html", line=line, came_from=moving.came_from(line.memberships), form=wrong,
        kinds=KINDS, roles=ROLES,
        login_form=login_form or LoginForm(formdata=None),
        role_form=role_form or RoleForm(formdata=None, cohorts=queries.open_cohorts(session())),
        parts=comparing.merged_into(session(), person), now=now, own=person.id == viewer().id, code=code,
        fresh=code and code.made_by_id == viewer().id and codes.still_shown(code.made_at, now),
        country_name=countries.name, zone_name=zones.shown, endonym=i18n.endonym,
    )  # fmt: skip
    return make_response(page, status)
