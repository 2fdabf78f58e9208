"""Who was there on a day in person: noted and taken back by trainers on the page of one learner."""

from datetime import UTC, datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from modules import access
from modules.attendance import actions
from modules.views.cohorts import Refused, bp, learner_page


@bp.post("/<public_id>/learners/<person_id>/steps/<step_id>/attendance")
def attend(public_id: str, person_id: str, step_id: str) -> ResponseReturnValue:
    """Note that somebody was there on a day in person, or take it back with a reason."""
    now = datetime.now(UTC)
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_to_note(session(), cohort, person_id, viewer())
    step = access.step_in(session(), cohort, step_id, "in_person")
    undo, why = bool(request.form.get("undo")), request.form.get("why", "")
    try:
        actions.attend(
            session(), cohort, step, person, present=None if undo else True, why=why, by=viewer(), now=now,
            sure=bool(request.form.get("sure")),
        )  # fmt: skip
    except Invalid as refusal:
        return learner_page(cohort, person, Refused(step_id, str(refusal.sentence), why)), 422
    said = _("Attendance taken back: %(name)s.") if undo else _("Attendance noted: %(name)s.")
    flash(said % {"name": person.name}, "good")
    return redirect(url_for("cohorts.learner", public_id=public_id, person_id=person_id), 303)
