"""How cohorts stand: for their trainers, and for administrators."""

from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import i18n
from app.db import within
from app.errors import NotFound
from app.people import queries as people
from app.people.lacks import lacks
from app.people.models import Cohort
from app.people.rules import Role
from app.web.access import only, viewer
from app.web.forms import page_number
from app.web.session import session
from modules import access, rules, words
from modules.queries import leading, progress, proofs, ruling
from modules.queries.learners import LearnerRow

bp = Blueprint("cohorts", __name__, url_prefix="/cohorts", template_folder="../templates")
bp.before_request(only(Role.TRAINER))

PAGE = 50


class Refused(NamedTuple):
    """The step whose note was refused, the sentence, and what was typed."""

    step_id: str
    sentence: str
    typed: str


@bp.get("")
def index() -> ResponseReturnValue:
    """The viewer's own cohorts; for administrators all of them, and the archived ones on their own page."""
    person, now = viewer(), datetime.now(UTC)
    mine = None if person.is_admin else person.cohorts_as(Role.TRAINER)
    archived, wanted = person.is_admin and "archived" in request.args, request.args.get("q", "").strip()
    page = people.cohort_page(session(), mine, wanted, archived, page_number())
    rows = [] if archived else leading.led_cohorts(session(), [line.id for line in page.lines], now)
    return render_template(
        "modules/cohorts.html", page=page, rows=rows, wanted=wanted, archived=archived, admin=person.is_admin,
        words=words, now=now,
    )  # fmt: skip


@bp.get("/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """The progress of a cohort: by module, person by person, and the table behind it."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    found = progress.cohort_progress(session(), cohort, i18n.current(), brief=True)
    wanted = request.args.get("q", "").strip()
    rows = progress.search(found.learners, wanted) if wanted else list(found.learners)
    number, pages = within(page_number(), len(rows), PAGE)
    return render_template(
        "modules/cohort.html",
        cohort=cohort, found=found, rows=rows[(number - 1) * PAGE : number * PAGE], number=number, pages=pages,
        wanted=wanted, total=len(rows), words=words, admin=viewer().is_admin,
        behind=ruling.modules_behind(session(), cohort), now=datetime.now(UTC),
        lacks=lacks(session(), cohort) if found.modules else [],
    )  # fmt: skip


@bp.get("/<public_id>/learners/<person_id>")
def learner(public_id: str, person_id: str) -> ResponseReturnValue:
    """One learner, step by step: seen, missing, when done and by which rule."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    return learner_page(cohort, access.learner_in(session(), cohort, person_id))


def learner_page(cohort: Cohort, person: LearnerRow, refused: Refused | None = None) -> str:
    """The page of one learner; `refused` is a presence that could not be taken back, and why."""
    now = datetime.now(UTC)
    found = progress.cohort_progress(session(), cohort, i18n.current(), only=person)
    step_ids = [step.id for module in found.modules for step in module.steps]
    stands, known = progress.stands_of(session(), found), proofs.proofs(session(), person, step_ids)
    return render_template(
        "modules/learner.html",
        cohort=cohort, person=person, row=found.learners[0], words=words, now=now, refused=refused,
        reason_needed=rules.reason_needed, stands={step_id: stand for (_person, step_id), stand in stands.items()},
        proofs=known, noted=proofs.standing(known),
        odd=proofs.odd_reports(session(), person, step_ids), own=person.id == viewer().id,
        leads=access.reads_all_marks(viewer(), cohort, person.id),
    )  # fmt: skip


@bp.get("/<public_id>/modules/<module_id>/steps")
def module(public_id: str, module_id: str) -> ResponseReturnValue:
    """One module, step by step, for all learners of the cohort."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    _assignment, row = access.assignment_of(session(), cohort, module_id)
    found = progress.cohort_progress(session(), cohort, i18n.current())
    shown = next((one for one in found.modules if one.id == row.id), None)
    if shown is None:
        raise NotFound
    return render_template(
        "modules/cohort_module.html",
        cohort=cohort, module=shown, rows=proofs.by_name(found, shown), words=words, now=datetime.now(UTC),
        finished=found.finished(shown), stands=progress.stands_of(session(), found, [shown]),
        leads=partial(access.reads_all_marks, viewer(), cohort),
    )  # fmt: skip
