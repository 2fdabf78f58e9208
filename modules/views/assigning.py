"""Which modules a cohort has, from which day to which: for administrators."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import _, lazy
from app.web.access import admin_only, viewer
from app.web.forms import choices
from app.web.once import once
from app.web.session import session
from modules import access, actions, rules, words
from modules.forms import AssignmentForm, DatesForm
from modules.models import Assignment
from modules.queries import building as queries
from modules.queries.withdrawing import at_stake, withdrawn
from modules.views.together import begun, saved_meanwhile

bp = Blueprint("assigning", __name__, url_prefix="/cohorts/<public_id>/modules", template_folder="../templates")
bp.before_request(admin_only)


@bp.route("", methods=["GET", "POST"])
@once
def show(public_id: str) -> ResponseReturnValue:
    """The modules of a cohort, and a form to give it one more."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    form = AssignmentForm()
    form.module.choices = choices(queries.assignable(session(), cohort, i18n.current()), lazy("Choose a module"))
    now = datetime.now(UTC)
    if form.validate_on_submit() and form.sure(rules.day_of(now, cohort.zone)):
        module = access.module_to_edit(session(), viewer(), form.module.data)
        try:
            actions.assign(session(), cohort, module, opens=form.opens.data, due=form.due.data, now=now, by=viewer())
        except Invalid as refusal:
            form.refuse(refusal.fields)
        else:
            flash(_("The cohort has the module."), "good")
            return redirect(url_for("assigning.show", public_id=public_id), 303)
    page = render_template(
        "modules/manage/assign.html",
        cohort=cohort, form=form, words=words, now=now, rows=queries.assigned(session(), cohort, i18n.current()),
        gone=withdrawn(session(), cohort, i18n.current()),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@bp.route("/<module_id>", methods=["GET", "POST"])
def dates(public_id: str, module_id: str) -> ResponseReturnValue:
    """Change the first and the last day of a module."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    assignment, module = access.assignment_of(session(), cohort, module_id)
    kept = actions.days_of(assignment)
    form, saved = DatesForm(data=begun(assignment)), None
    if kept.zone == cohort.zone:
        del form.zone
    else:
        form.zone.choices = choices((zone, words.city(zone)) for zone in (kept.zone, cohort.zone))
    now, zone = datetime.now(UTC), form.zone.data if form.zone else kept.zone
    if form.validate_on_submit():
        saved = saved_meanwhile(assignment, form)
        if saved is None and form.sure(rules.day_of(now, zone), kept.due) and _kept(assignment, form, zone, now):
            flash(_("Saved."), "good")
            return redirect(url_for("assigning.show", public_id=public_id), 303)
    page = render_template(
        "modules/manage/assign_dates.html", cohort=cohort, form=form, saved=saved, words=words, zone=kept.zone,
        title=queries.titles(session(), [module], i18n.current())[module.id],
        history=queries.history(session(), cohort, module),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


def _kept(assignment: Assignment, form: DatesForm, zone: str, now: datetime) -> bool:
    """Whether the days are now those of the form; if not, the form says why."""
    try:
        days = actions.Days(form.opens.data, form.due.data, zone)
        actions.set_days(session(), assignment, days, now=now, by=viewer())
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return False
    return True


@bp.get("/<module_id>/removal")
def confirm_withdrawal(public_id: str, module_id: str) -> ResponseReturnValue:
    """What learners lose from sight, and what is kept, before a module is taken from the cohort."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    assignment, module = access.assignment_of(session(), cohort, module_id)
    return render_template(
        "modules/manage/withdraw.html", cohort=cohort, assignment=assignment, words=words,
        title=queries.titles(session(), [module], i18n.current())[module.id],
        stake=at_stake(session(), assignment, datetime.now(UTC)),
    )  # fmt: skip


@bp.post("/<module_id>/removal")
def withdraw(public_id: str, module_id: str) -> ResponseReturnValue:
    """Take a module from the cohort, or undo it; what was done stays on record."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    if request.form.get("undo"):
        change = access.withdrawn_from(session(), cohort, module_id)
        actions.give_back(session(), change, now=datetime.now(UTC), by=viewer())
        flash(_("The cohort has the module again, with its rules, its days and all that was done."), "good")
    else:
        assignment, _module = access.assignment_of(session(), cohort, module_id)
        actions.withdraw(session(), assignment, now=datetime.now(UTC), by=viewer())
        flash(_("The cohort no longer has the module. Nothing is lost: it can be given back below."), "good")
    return redirect(url_for("assigning.show", public_id=public_id), 303)
