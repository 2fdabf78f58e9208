"""A date is parted into halves or sessions by who leads its cohort."""

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import DomainError
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from modules import access
from modules.attendance import actions, words
from modules.attendance.forms import HalvesForm
from modules.attendance.queries.halves import halves, to_note
from modules.attendance.views.pages import bp
from modules.models import Sitting
from modules.queries import building, overview


@bp.route("/sittings/<public_id>/halves", methods=["GET", "POST"])
def part(public_id: str) -> ResponseReturnValue:
    """The whole day, morning and afternoon, or as many sessions as the facilitator says."""
    sitting = access.sitting_led(session(), viewer(), public_id)
    cohort, step = building.cohort_of(session(), sitting), building.step_of(session(), sitting)
    rows = [row for row in to_note(halves(session(), cohort.id, step.id)) if row.sitting_id == sitting.id]
    form = HalvesForm(data=words.as_typed(rows))
    back = url_for("cohorts.day", public_id=cohort.public_id, step_id=step.public_id)
    if form.validate_on_submit() and _parted(sitting, form):
        flash(_("The halves of the day are saved. What was noted stays."), "good")
        return redirect(back, 303)
    page = render_template(
        "attendance/halves.html", form=form, sitting=sitting, cohort=cohort, back=back,
        title=overview.step_title(session(), step, i18n.current()),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


def _parted(sitting: Sitting, form: Any) -> bool:
    """Whether the day is now parted as the form says; if not, the form says why."""
    try:
        actions.part_sitting(session(), sitting, form.wanted(), now=datetime.now(UTC), by=viewer())
    except DomainError as refusal:
        form.refuse({"sessions" if form.parts.data == "sessions" else "parts": refusal.sentence})
        return False
    return True
