"""The evidence of what a learner has seen of a recording: fact by fact, and what no longer counts of it."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.i18n import ngettext
from app.people.models import Cohort
from app.web.access import viewer
from app.web.forms import page_number
from app.web.session import session
from modules import access, actions, words
from modules.queries import evidence, progress
from modules.queries.learners import LearnerRow
from modules.queries.shapes import StepView
from modules.views.cohorts import bp
from modules.words import evidence as told

AT = "/<public_id>/learners/<person_id>/steps/<step_id>/evidence"


@bp.get(AT)
def facts(public_id: str, person_id: str, step_id: str) -> ResponseReturnValue:
    """All facts, the newest first; which are to count no longer is chosen here."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_in(session(), cohort, person_id)
    step = _step(cohort, person, step_id)
    only = request.args.get("only", "all")
    found = evidence.facts(session(), person.id, step.id, only, page_number())
    return render_template(
        "modules/evidence.html", cohort=cohort, person=person, step=step, found=found, only=only, told=told,
        words=words, unions=evidence.unions(session(), person.id, step), own=person.id == viewer().id,
    )  # fmt: skip


@bp.get(f"{AT}/revocation")
def ask_revoke(public_id: str, person_id: str, step_id: str) -> ResponseReturnValue:
    """Say what the chosen facts change, before they count no longer."""
    return _asked(public_id, person_id, step_id, request.args.getlist("fact", type=int))


@bp.post(f"{AT}/revocation")
def revoke(public_id: str, person_id: str, step_id: str) -> ResponseReturnValue:
    """Let the chosen facts count no longer, with a reason; what they earned is taken back only where that is said."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_to_note(session(), cohort, person_id, viewer())
    row = access.step_in(session(), cohort, step_id, "recording")
    numbers, why = request.form.getlist("fact", type=int), request.form.get("why", "").strip()
    if not why or len(why) > told.LONGEST_REASON:
        return _asked(public_id, person_id, step_id, numbers, why), 422
    now, chosen = datetime.now(UTC), evidence.ids(session(), person.id, row.id, numbers)
    gone = actions.revoke_facts(session(), row, [person.id], chosen, by=viewer(), why=why, now=now)
    if gone and request.form.get("take_back"):
        actions.take_back_each(session(), row, {person.id: why}, by=viewer(), now=now)
    flash(ngettext("%(num)d report counts no longer.", "%(num)d reports count no longer.", gone), "good")
    return _back(public_id, person_id, step_id)


@bp.post(f"{AT}/restoration")
def restore(public_id: str, person_id: str, step_id: str) -> ResponseReturnValue:
    """Let facts count again."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_to_note(session(), cohort, person_id, viewer())
    row = access.step_in(session(), cohort, step_id, "recording")
    chosen = evidence.ids(session(), person.id, row.id, request.form.getlist("fact", type=int))
    again = actions.undo_revocations(session(), row, [person.id], chosen, by=viewer(), now=datetime.now(UTC))
    flash(ngettext("%(num)d report counts again.", "%(num)d reports count again.", again), "good")
    return _back(public_id, person_id, step_id)


def _asked(public_id: str, person_id: str, step_id: str, numbers: list[int], why: str | None = None) -> str:
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_to_note(session(), cohort, person_id, viewer())
    step = _step(cohort, person, step_id)
    chosen = evidence.ids(session(), person.id, step.id, numbers)
    after = evidence.without(session(), person.id, step, chosen)
    return render_template(
        "modules/evidence_revoke.html", cohort=cohort, person=person, step=step, numbers=numbers, many=len(chosen),
        why=why, lines=told.change(step, after, cohort.zone), told=told,
        loses=bool(step.done_at) and not after.enough,
    )  # fmt: skip


def _step(cohort: Cohort, person: LearnerRow, public_id: str) -> StepView:
    found = progress.cohort_progress(session(), cohort, i18n.current(), only=person).learners[0]
    for module in found.modules:
        for step in module.steps:
            if step.public_id == public_id and step.kind == "recording":
                return step
    raise NotFound


def _back(public_id: str, person_id: str, step_id: str) -> ResponseReturnValue:
    url = url_for("cohorts.facts", public_id=public_id, person_id=person_id, step_id=step_id)
    return redirect(url, 303)
