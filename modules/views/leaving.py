"""Where a recording loses the learners of a cohort, minute by minute."""

from datetime import UTC, datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from app import i18n
from app.i18n import _
from app.people.rules import Role
from app.web import tables
from app.web.access import viewer
from app.web.session import session
from modules import access
from modules.queries import overview
from modules.queries.leaving import leaving as leaving_of
from modules.views.cohorts import bp
from modules.words import leaving as told


@bp.get("/<public_id>/recordings/<step_id>/minutes")
def minutes(public_id: str, step_id: str) -> ResponseReturnValue:
    """A chart, and the table behind it."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    step = access.step_in(session(), cohort, step_id, "recording")
    found = leaving_of(session(), cohort, step, datetime.now(UTC))
    return render_template(
        "modules/leaving.html", cohort=cohort, step=step, found=found, told=told,
        rows=told.rows(found, all_shown=_trains(cohort.id)) if found else [], trains=_trains(cohort.id),
        title=overview.step_title(session(), step, i18n.current()),
        module=overview.module_of(session(), step),
    )  # fmt: skip


@bp.get("/<public_id>/recordings/<step_id>/minutes.<any(csv, xlsx):table_type>")
def minutes_table(public_id: str, step_id: str, table_type: str) -> ResponseReturnValue:
    """The table to take along, with the same figures hidden."""
    now, cohort = datetime.now(UTC), access.cohort_led(session(), viewer(), public_id)
    step = access.step_in(session(), cohort, step_id, "recording")
    found = leaving_of(session(), cohort, step, now)
    rows = told.rows(found, all_shown=_trains(cohort.id)) if found else []
    title = overview.step_title(session(), step, i18n.current())
    what = _("minutes of")
    name = tables.named(f"{what} {title}", cohort.name, now, cohort.zone)
    return tables.answer(told.leaving_table(rows, name), table_type)


def _trains(cohort_id: int) -> bool:
    return bool(viewer().holds(Role.TRAINER, [cohort_id]))
