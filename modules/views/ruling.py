"""The rules under which a cohort follows a module: moved to newer ones by who leads it, and only so."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.i18n import _, ngettext
from app.web.access import viewer
from app.web.session import session
from modules import access, actions
from modules.queries import building, progress, ruling
from modules.queries.weighing import weighed
from modules.views.cohorts import bp


@bp.get("/<public_id>/modules/<module_id>/rules")
def rules(public_id: str, module_id: str) -> ResponseReturnValue:
    """What newer rules would change for the cohort."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    assignment, module = access.assignment_of(session(), cohort, module_id)
    newer = ruling.newer_rules(session(), assignment)
    terms, now = newer.terms if newer else ruling.terms_of(session(), assignment), datetime.now(UTC)
    found = progress.cohort_progress(session(), cohort, i18n.current()) if newer else None
    return render_template(
        "modules/rules.html",
        cohort=cohort, module=module, title=building.titles(session(), [module], i18n.current())[module.id],
        newer=newer, changes=ruling.rule_changes(found, module.id, newer) if newer and found else [],
        weighed=weighed(session(), module, terms, [cohort.id], now),
    )  # fmt: skip


@bp.post("/<public_id>/modules/<module_id>/rules")
def adopt_rules(public_id: str, module_id: str) -> ResponseReturnValue:
    """Move the cohort to the newer rules that were shown."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    assignment, _module = access.assignment_of(session(), cohort, module_id)
    number = request.form.get("number", type=int)
    actions.adopt_rules(session(), assignment, number, now=datetime.now(UTC), by=viewer())
    flash(_("The cohort follows the newer rules from now on. What is done stays done."), "good")
    return redirect(url_for("cohorts.show", public_id=public_id), 303)


@bp.post("/<public_id>/modules/<module_id>/rules/revocation")
def take_back_unmet(public_id: str, module_id: str) -> ResponseReturnValue:
    """Take the module back from those who were named and do not meet the rule that the cohort follows."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    assignment, _module = access.assignment_of(session(), cohort, module_id)
    count = actions.take_back_unmet(
        session(), cohort, assignment, request.form.getlist("person"), request.form.get("why", ""),
        now=datetime.now(UTC), by=viewer(),
    )  # fmt: skip
    said = ngettext(
        "Taken back from %(num)d person, who is told why.", "Taken back from %(num)d people, who are told why.", count
    )  # fmt: skip
    flash(said, "good")
    return redirect(url_for("cohorts.rules", public_id=public_id, module_id=module_id), 303)
