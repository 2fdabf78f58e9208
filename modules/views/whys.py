"""Why: the page that explains a status, to its learner, who may object, and to the trainers of the cohort."""

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import DomainError, Invalid, NotFound
from app.i18n import _
from app.web.access import viewer
from app.web.once import once
from app.web.session import session
from modules import access, actions, whys
from modules.forms import ContestForm
from modules.queries import contests
from modules.views.cohorts import bp as cohorts
from modules.views.learning import bp as learning


@learning.route("/why/<kind>/<about>", methods=["GET", "POST"])
@once
def why(kind: str, about: str) -> ResponseReturnValue:
    """Why something of one's own stands as it does; say what is wrong about it."""
    person, form = viewer(), ContestForm()
    found = _explained(kind, person.id, about)
    if form.validate_on_submit() and _kept(kind, about, found, form):
        flash(_("Sent to your trainers, with the facts as they stand here. The answer comes to this page."), "good")
        return redirect(url_for("modules.why", kind=kind, about=about), 303)
    said = contests.of_thing(session(), person.id, kind, about)
    page = render_template(
        "modules/why.html", why=found, back=found.back or url_for("modules.home"), said=said, form=form,
        waits=any(each.answered_at is None for each in said),
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@cohorts.get("/<public_id>/learners/<person_id>/why/<kind>/<about>")
def why_of(public_id: str, person_id: str, kind: str, about: str) -> ResponseReturnValue:
    """The same of a learner, for who leads the cohort."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_in(session(), cohort, person_id)
    return render_template(
        "modules/why.html", why=_explained(kind, person.id, about, cohort), person=person, cohort=cohort,
        back=url_for("cohorts.learner", public_id=public_id, person_id=person_id),
        said=contests.of_thing(session(), person.id, kind, about),
    )  # fmt: skip


def _explained(kind: str, person_id: int, about: str, cohort: Any = None) -> whys.Why:
    asked = whys.Asked(person_id, about, viewer(), i18n.current(), datetime.now(UTC), cohort)
    found = whys.explain(session(), kind, asked)
    if found is None:
        raise NotFound
    return found


def _kept(kind: str, about: str, found: whys.Why, form: ContestForm) -> bool:
    try:
        actions.contest(session(), viewer(), kind, about, found, form.body.data or "", now=datetime.now(UTC))
    except Invalid as refusal:
        form.refuse(refusal.fields)
    except DomainError as refusal:
        form.refuse({"": refusal.sentence})
    else:
        return True
    return False
