"""What was noted about somebody's presence, and the way back from a list that was saved by mistake."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.i18n import _, ngettext
from app.web.access import viewer
from app.web.session import session
from modules import access
from modules.attendance import actions, words
from modules.attendance.queries.halves import halves, to_note
from modules.attendance.queries.history import history as entries
from modules.attendance.views.pages import bp
from modules.attendance.views.roll import NAME, address, opened
from modules.attendance.views.sender import about
from modules.queries import overview


@bp.get("/cohorts/<public_id>/days/<step_id>/people/<person_id>")
def history(public_id: str, step_id: str, person_id: str) -> str:
    """Who noted what when, from which kind of device, and why."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    step = access.step_in(session(), cohort, step_id, "in_person")
    person = access.learner_in(session(), cohort, person_id)
    rows = halves(session(), cohort.id, step.id)
    return render_template(
        "attendance/history.html", cohort=cohort, step=step, person=person, words=words, halves=to_note(rows),
        entries=entries(session(), step, person.id, rows), title=overview.step_title(session(), step, i18n.current()),
    )  # fmt: skip


@bp.post("/cohorts/<public_id>/days/<step_id>/undo")
def undo(public_id: str, step_id: str) -> ResponseReturnValue:
    """Take the list back that one has just saved: what counted before counts again."""
    roll, name = opened(public_id, step_id), request.form.get("sheet", "")
    if not NAME.fullmatch(name):
        raise NotFound
    told = actions.undo(
        session(), roll.cohort, roll.step, name, roll.rows, by=viewer(), now=datetime.now(UTC), about=about("list")
    )
    flash(_("What was noted before counts again."), "good")
    if told:
        said = ngettext("%(num)d line stays: it was noted anew.", "%(num)d lines stay: they were noted anew.", told)
        flash(said, "warn")
    return redirect(address(roll), 303)
