"""The builder: when and where cohorts meet on a day in person."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid, NotFound
from app.i18n import _
from app.web.access import viewer
from app.web.forms import choices
from app.web.once import once
from app.web.session import session
from modules import access, actions, words
from modules.forms import SittingForm
from modules.queries import building as queries
from modules.queries import cohorts_with
from modules.queries.overview import module_of, step_title
from modules.queries.titles import title
from modules.views.building import bp


@bp.route("/steps/<public_id>/dates", methods=["GET", "POST"])
@once
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
                session(), row, chosen, form.when(chosen), place=form.place.data or "", now=datetime.now(UTC),
                by=viewer(),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal.fields)
        else:
            flash(_("The date is set."), "good")
            return redirect(url_for("building.dates", public_id=public_id), 303)
    module = module_of(session(), row)
    page = render_template(
        "modules/manage/dates.html",
        form=form, step=row, title=step_title(session(), row, i18n.current()), words=words, cohorts=cohorts,
        sittings=queries.sittings_of(session(), row, cohorts), module=module,
        module_name=words.numbered(module.number, title(module, i18n.current())),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200
