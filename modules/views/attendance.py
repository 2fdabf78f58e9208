"""Who was there on a day in person: noted and taken back by trainers on the page of one learner."""

from datetime import UTC, datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from modules import access, actions
from modules.views.cohorts import Refused, bp, learner_page


@bp.post("/<public_id>/learners/<person_id>/steps/<step_id>/attendance")
def attend(public_id: str, person_id: str, step_id: str) -> ResponseReturnValue:
    """Note that somebody was there on a day in person, or take it back with a reason."""
    now = datetime.now(UTC)
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_to_note(session(), cohort, person_id)
    step = access.step_in(session(), cohort, step_id, "in_person")
    if request.form.get("undo"):
        why = request.form.get("why", "")
        try:
            actions.attend(session(), step, person, present=None, why=why, by=viewer(), now=now)
        except Invalid as refusal:
            return learner_page(cohort, person, Refused(step_id, str(refusal.sentence), why)), 422
        flash(_("Attendance taken back: %(name)s.", name=person.name), "good")
    else:
        actions.attend(session(), step, person, present=True, by=viewer(), now=now)
        flash(_("Attendance noted: %(name)s.", name=person.name), "good")
    return redirect(url_for("cohorts.learner", public_id=public_id, person_id=person_id), 303)
