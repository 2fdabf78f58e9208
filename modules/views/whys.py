"""Why: the page that explains a status, to its learner and to the trainers of the cohort."""

from datetime import UTC, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.web.access import viewer
from app.web.session import session
from modules import access, whys
from modules.views.cohorts import bp as cohorts
from modules.views.learning import bp as learning


@learning.get("/why/<kind>/<about>")
def why(kind: str, about: str) -> ResponseReturnValue:
    """Why something of one's own stands as it does."""
    person = viewer()
    found = whys.explain(session(), kind, _asked(person.id, about))
    if found is None:
        raise NotFound
    return render_template("modules/why.html", why=found, back=found.back or url_for("modules.home"))


@cohorts.get("/<public_id>/learners/<person_id>/why/<kind>/<about>")
def why_of(public_id: str, person_id: str, kind: str, about: str) -> ResponseReturnValue:
    """The same of a learner, for who leads the cohort."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_in(session(), cohort, person_id)
    found = whys.explain(session(), kind, _asked(person.id, about, cohort))
    if found is None:
        raise NotFound
    back = url_for("cohorts.learner", public_id=public_id, person_id=person_id)
    return render_template("modules/why.html", why=found, back=back, person=person, cohort=cohort)


def _asked(person_id: int, about: str, cohort: object = None) -> whys.Asked:
    return whys.Asked(person_id, about, viewer(), i18n.current(), datetime.now(UTC), cohort)
