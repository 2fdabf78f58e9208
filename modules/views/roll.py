"""The list of a day in person: a line for each learner, one form, saved in one request."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.db import new_public_id
from app.errors import Invalid
from app.i18n import _, ngettext
from app.people.models import Cohort
from app.people.rules import Role
from app.web.access import viewer
from app.web.session import session
from modules import access, actions, rules, words
from modules.actions import Note
from modules.models import Step
from modules.queries import overview
from modules.queries.attendance import Line, attendance, dates
from modules.views.cohorts import bp

SAID = {"present": True, "absent": False, "": None}
NAME = re.compile(r"[0-9a-z]{12,40}")


@bp.get("/<public_id>/days/<step_id>")
def day(public_id: str, step_id: str) -> ResponseReturnValue:
    """Who is noted as there, as not there, and about whom nothing is noted."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    step = access.step_in(session(), cohort, step_id, "in_person")
    return _page(cohort, step, _lines(cohort, step))


@bp.post("/<public_id>/days/<step_id>")
def note_day(public_id: str, step_id: str) -> ResponseReturnValue:
    """Note the whole list; lines that somebody else has changed meanwhile stay as they are, and are named."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    step = access.step_in(session(), cohort, step_id, "in_person")
    lines = _lines(cohort, step)
    notes, now = _notes(lines), datetime.now(UTC)
    try:
        told = actions.attend_each(
            session(), cohort, step, list(notes.values()), by=viewer(), now=now, sure=bool(request.form.get("sure"))
        )
    except Invalid as refusal:
        return _page(cohort, step, lines, notes, refusal.fields), 422
    flash(_("The list is saved."), "good")
    others = [words.noted_line(line) for line in lines if line.id in told]
    if others:
        names = words.listing(others)
        flash(_("Somebody else has noted this meanwhile, and it stays: %(names)s.", names=names), "warn")
    gone = _gone(lines)
    if gone:
        flash(
            ngettext(
                "%(num)d person no longer learns in this cohort: what was noted stays as it is.",
                "%(num)d people no longer learn in this cohort: what was noted stays as it is.",
                gone,
            ),
            "warn",
        )
    return redirect(url_for("cohorts.day", public_id=public_id, step_id=step_id), 303)


def _lines(cohort: Cohort, step: Step) -> list[Line]:
    """Everybody but oneself: the own presence is noted by others."""
    return [line for line in attendance(session(), cohort, step) if line.id != viewer().id]


def _notes(lines: Sequence[Line]) -> dict[int, Note]:
    """What the form says, by person; whoever has come to the cohort since it was opened does not stand in it."""
    sheet, everybody = request.form.get("sheet", ""), bool(request.form.get("all"))
    found = {}
    for line in lines:
        said, was = (request.form.get(f"{name}-{line.public_id}", "?") for name in ("note", "was"))
        if said not in SAID or was not in SAID:
            continue
        present = True if everybody and SAID[said] is None else SAID[said]
        found[line.id] = Note(
            line.id, present, request.form.get(f"why-{line.public_id}", ""), was=SAID[was],
            client_id=f"{sheet}-{line.public_id}" if NAME.fullmatch(sheet) else None, field=f"why-{line.public_id}",
        )  # fmt: skip
    return found


def _gone(lines: Sequence[Line]) -> int:
    """How many people were noted about who have left the cohort since the form was opened."""
    known = {f"note-{line.public_id}" for line in lines}
    lost = [name for name in request.form if name.startswith("note-") and name not in known]
    return sum(request.form[name] != request.form.get(name.replace("note-", "was-", 1)) for name in lost)


def _page(
    cohort: Cohort, step: Step, lines: Sequence[Line], typed: Mapping[int, Note] | None = None,
    wrong: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    now, typed = datetime.now(UTC), typed or {}
    rows = [
        (line, typed.get(line.id) or Note(line.id, line.noted.present, was=line.noted.present),
         bool(line.noted.since and rules.reason_needed(line.noted.since, now)))
        for line in lines
    ]  # fmt: skip
    return render_template(
        "modules/day.html", cohort=cohort, step=step, rows=rows, wrong=wrong or {}, sheet=new_public_id(),
        values={present: value for value, present in SAID.items()}, words=words,
        dates=dates(session(), cohort, step), learns=viewer().holds(Role.LEARNER, [cohort.id]),
        title=overview.step_title(session(), step, i18n.current()),
    )  # fmt: skip
