"""Cards that learners show: printed for a cohort, and noted by their code where no camera reads them."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from modules import access
from modules.attendance import actions, rules
from modules.attendance.queries.lines import learners
from modules.attendance.views.pages import bp
from modules.attendance.views.qr import drawn
from modules.attendance.views.roll import opened, page
from modules.attendance.views.sender import about
from modules.attendance.views.wall import key


@bp.get("/cohorts/<public_id>/cards")
def cards(public_id: str) -> str:
    """A card for everybody who learns in the cohort, to print and cut."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    codes = [
        (person.name, rules.card_code(key(), cohort.public_id, person.public_id))
        for person in learners(session(), cohort)
    ]
    return render_template(
        "attendance/cards.html", cohort=cohort, cards=[(name, code, drawn(code, code)) for name, code in codes]
    )


@bp.post("/cohorts/<public_id>/days/<step_id>/card")
def show_card(public_id: str, step_id: str) -> ResponseReturnValue:
    """Note who has shown a card, by the code that stands on it."""
    roll = opened(public_id, step_id)
    try:
        line = actions.show_card(
            session(), roll.cohort, roll.step, list(roll.lines), request.form.get("card", ""), key(), half=roll.half,
            by=viewer(), now=datetime.now(UTC), about=about("card"), sure=bool(request.form.get("sure")),
        )  # fmt: skip
    except Invalid as refusal:
        return page(roll, wrong=refusal.fields), 422
    flash(_("Attendance noted: %(name)s.", name=line.name), "good")
    half = roll.half and roll.half.public_id
    return redirect(url_for("cohorts.day", public_id=public_id, step_id=step_id, half=half, _anchor="card"), 303)
