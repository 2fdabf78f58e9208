"""What a trainer does next for a cohort: answers to grade, people to write to."""

from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import i18n
from app.db import within
from app.i18n import _
from app.web import tables
from app.web.access import viewer
from app.web.forms import page_number
from app.web.session import session
from modules import access, desks, words
from modules.queries import needs as queries
from modules.queries.progress import search
from modules.views.cohorts import PAGE, bp
from modules.words import needs as told


@bp.get("/<public_id>/needs")
def needs(public_id: str) -> ResponseReturnValue:
    """Who is stuck, who is silent, and what waits for a grade."""
    now, cohort = datetime.now(UTC), access.cohort_led(session(), viewer(), public_id)
    found = queries.needs(session(), cohort, i18n.current(), now)
    only, wanted = request.args.get("only", "all"), request.args.get("q", "").strip()
    named = _named(found, wanted)
    rows = told.chosen(named, only)
    number, pages = within(page_number(), len(rows), PAGE)
    return render_template(
        "modules/needs.html", cohort=cohort, found=found, named=named, only=only, wanted=wanted, words=words,
        told=told, rows=rows[(number - 1) * PAGE : number * PAGE], number=number, pages=pages, now=now,
        grading=desks.to_grade(session(), viewer(), cohort, now),
    )  # fmt: skip


@bp.get("/<public_id>/needs.<any(csv, xlsx):table_type>")
def needs_table(public_id: str, table_type: str) -> ResponseReturnValue:
    """The same people as a table."""
    now, cohort = datetime.now(UTC), access.cohort_led(session(), viewer(), public_id)
    found = queries.needs(session(), cohort, i18n.current(), now)
    name = tables.named(_("who needs a word"), cohort.name, now, cohort.zone)
    return tables.answer(told.needs_table(found, name, cohort.zone), table_type)


def _named(found: list[queries.Need], wanted: str) -> list[queries.Need]:
    if not wanted:
        return found
    kept = {row.id for row in search([need.learner for need in found], wanted)}
    return [need for need in found if need.learner.id in kept]
