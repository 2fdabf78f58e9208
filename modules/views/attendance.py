"""Who was there on a day in person: noted and taken back by trainers."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from modules import access, actions, rules, words
from modules.queries import overview, progress, proofs
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
            actions.attend(session(), step, person, present=False, why=why, by=viewer(), now=now)
        except Invalid as refusal:
            return learner_page(cohort, person, Refused(step_id, str(refusal.sentence), why)), 422
        flash(_("Attendance taken back: %(name)s.", name=person.name), "good")
    else:
        actions.attend(session(), step, person, present=True, by=viewer(), now=now)
        flash(_("Attendance noted: %(name)s.", name=person.name), "good")
    back = request.form.get("back")
    if back == "day":
        return redirect(url_for("cohorts.day", public_id=public_id, step_id=step_id), 303)
    return redirect(url_for("cohorts.learner", public_id=public_id, person_id=person_id), 303)


@bp.get("/<public_id>/days/<step_id>")
def day(public_id: str, step_id: str) -> ResponseReturnValue:
    """The list of a day in person: one button for each learner."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    step = access.step_in(session(), cohort, step_id, "in_person")
    rows = proofs.attendance(progress.cohort_progress(session(), cohort, i18n.current()), step.id)
    return render_template(
        "modules/day.html", cohort=cohort, step=step, rows=rows, now=datetime.now(UTC),
        reason_needed=rules.reason_needed, noted=proofs.noted(session(), [row.id for row, _step in rows], [step.id]),
        title=overview.step_title(session(), step, i18n.current()), words=words,
    )  # fmt: skip
