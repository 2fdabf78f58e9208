"""The builder: when and where cohorts meet on a day in person."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid, NotFound
from app.i18n import _
from app.people.models import Cohort
from app.web.access import viewer
from app.web.forms import choices
from app.web.session import session
from modules import access, actions, words
from modules.forms import SittingForm
from modules.queries import building as queries
from modules.queries import cohorts_with
from modules.queries.overview import module_of, step_title
from modules.views.building import bp


@bp.route("/steps/<public_id>/dates", methods=["GET", "POST"])
def dates(public_id: str) -> ResponseReturnValue:
    """When and where each cohort meets on a day in person."""
    row = access.step_to_edit(session(), viewer(), public_id)
    if row.kind != "in_person":
        raise NotFound
    person = viewer()
    cohorts = [one for one in cohorts_with(session(), row) if person.is_admin or person.holds("trainer", [one.id])]
    form = SittingForm()
    form.cohort.choices = choices((one.public_id, one.name) for one in cohorts)
    if form.validate_on_submit():
        chosen = next(one for one in cohorts if one.public_id == form.cohort.data)
        try:
            actions.add_sitting(
                session(), row, chosen, _when(form, chosen), place=form.place.data or "", now=datetime.now(UTC),
                by=viewer(),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal.fields)
        else:
            flash(_("The date is set."), "good")
            return redirect(url_for("building.dates", public_id=public_id), 303)
    page = render_template(
        "modules/manage/dates.html",
        form=form, step=row, title=step_title(session(), row, i18n.current()), words=words, cohorts=cohorts,
        sittings=queries.sittings_of(session(), row, cohorts), module=module_of(session(), row),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@bp.post("/sittings/<public_id>/removal")
def drop_date(public_id: str) -> ResponseReturnValue:
    """Take a date back, or bring it back."""
    sitting = access.sitting_led(session(), viewer(), public_id)
    row = queries.step_of(session(), sitting)
    if request.form.get("undo"):
        actions.restore_sitting(session(), sitting)
        flash(_("The date is set again."), "good")
    else:
        actions.drop_sitting(session(), sitting, now=datetime.now(UTC), by=viewer())
        flash(_("The date is taken back and can be brought back below. Who was noted as present stays so."), "good")
    return redirect(url_for("building.dates", public_id=row.public_id), 303)


def _when(form: SittingForm, cohort: Cohort) -> actions.When:
    return actions.When(form.day.data, form.zone.data or cohort.zone, starts=form.starts.data, ends=form.ends.data)
