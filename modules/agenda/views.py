"""The timeline of a cohort, for who learns or leads there."""

from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.people import queries as people
from app.people.access import cohort_for
from app.people.models import Cohort
from app.people.rules import Role
from app.web import clock
from app.web.access import signed_in, viewer
from app.web.session import session
from modules import moments
from modules.agenda import calendar, words
from modules.queries import standing
from modules.words import city

bp = Blueprint("agenda", __name__, template_folder="templates")
bp.before_request(signed_in)


@bp.get("/timeline")
def own() -> ResponseReturnValue:
    """To the timeline of one's cohort; of several, one is chosen."""
    cohorts = people.cohorts_by_id(session(), sorted(viewer().roles))
    if len(cohorts) == 1:
        return redirect(url_for("agenda.show", public_id=cohorts[0].public_id), 303)
    return render_template("agenda/cohorts.html", cohorts=cohorts)


@bp.get("/cohorts/<public_id>/timeline")
def show(public_id: str) -> ResponseReturnValue:
    """All that has a date, the past folded away."""
    cohort, now = cohort_for(session(), viewer(), public_id, role=None), clock.now()
    found = moments.of_cohorts(session(), [cohort.id], i18n.current())
    past, to_come = words.parted(found, now)
    return render_template(
        "agenda/timeline.html",
        cohort=cohort,
        rows=words.rows(found, _modules(cohort, now), viewer()),
        past=past,
        to_come=to_come,
        leads=viewer().is_admin or viewer().holds(Role.TRAINER, [cohort.id]),
        admin=viewer().is_admin,
        city=city(cohort.zone),
        now=now,
    )


@bp.get("/cohorts/<public_id>/timeline.ics")
def download(public_id: str) -> ResponseReturnValue:
    """The same as a file for a calendar; with `only`, one of them."""
    cohort, only = cohort_for(session(), viewer(), public_id, role=None), request.args.get("only", "")
    found = moments.of_cohorts(session(), [cohort.id], i18n.current())
    chosen = [each for each in found if only in ("", each.key)]
    if only and not chosen:
        raise NotFound
    return sent(calendar.written(chosen, {cohort.id: cohort.name}), only or "calendar")


def sent(body: bytes, name: str) -> Response:
    """A file of a calendar."""
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return answer


def _modules(cohort: Cohort, now: datetime) -> list[standing.ModuleView]:
    """As the viewer learns them, where she does."""
    if not viewer().holds(Role.LEARNER, [cohort.id]):
        return []
    return standing.learning(session(), viewer(), i18n.current(), now)
