"""The list of a half of a day in person: a line for each learner, one form, saved in one request."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.db import new_public_id
from app.errors import Invalid
from app.i18n import _, ngettext
from app.people.models import Cohort
from app.people.rules import Role
from app.web.access import viewer
from app.web.session import session
from modules import access, rules
from modules import words as spine
from modules.attendance import actions, words
from modules.attendance.actions import Note
from modules.attendance.queries.halves import HalfRow, chosen, halves, to_note
from modules.attendance.queries.lines import Line, attendance
from modules.attendance.rules import card_code
from modules.attendance.views.sender import about
from modules.models import Step
from modules.queries import overview
from modules.views.cohorts import bp

SAID = {"present": True, "absent": False, "": None}
NAME = re.compile(r"[0-9a-z]{12,40}")


@dataclass(frozen=True, slots=True)
class Roll:
    """A half of a step for a cohort, and a line for everybody but oneself: the own presence is noted by others."""

    cohort: Cohort
    step: Step
    rows: Sequence[HalfRow]
    half: HalfRow | None
    lines: Sequence[Line]


def opened(public_id: str, step_id: str) -> Roll:
    """The list that the address asks for, or NotFound."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    step = access.step_in(session(), cohort, step_id, "in_person")
    rows = halves(session(), cohort.id, step.id)
    half = chosen(rows, request.values.get("half"), datetime.now(UTC))
    lines = attendance(session(), cohort, step, rows, half and half.id)
    return Roll(cohort, step, rows, half, [line for line in lines if line.id != viewer().id])


@bp.get("/<public_id>/days/<step_id>")
def day(public_id: str, step_id: str) -> ResponseReturnValue:
    """Who is noted as there, as not there, and about whom nothing is noted."""
    answer = make_response(page(opened(public_id, step_id)))
    answer.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"  # It reads cards.
    return answer


@bp.post("/<public_id>/days/<step_id>")
def note_day(public_id: str, step_id: str) -> ResponseReturnValue:
    """Note the whole list; lines that somebody else has changed meanwhile stay as they are, and are named."""
    roll, now = opened(public_id, step_id), datetime.now(UTC)
    notes = _notes(roll.lines)
    try:
        told = actions.attend_each(
            session(), roll.cohort, roll.step, list(notes.values()), by=viewer(), now=now,
            sure=bool(request.form.get("sure")), half=roll.half, about=about("list"),
        )  # fmt: skip
    except Invalid as refusal:
        return page(roll, notes, refusal.fields), 422
    flash(_("The list is saved."), "good")
    others = [words.noted_line(line) for line in roll.lines if line.id in told]
    if others:
        names = spine.listing(others)
        flash(_("Somebody else has noted this meanwhile, and it stays: %(names)s.", names=names), "warn")
    gone = _gone(roll.lines)
    if gone:
        flash(
            ngettext(
                "%(num)d person no longer learns in this cohort: what was noted stays as it is.",
                "%(num)d people no longer learn in this cohort: what was noted stays as it is.",
                gone,
            ),
            "warn",
        )
    return redirect(address(roll, saved=request.form.get("sheet")), 303)


def address(roll: Roll, half: HalfRow | None = None, saved: str | None = None) -> str:
    """The list of a half, of the one that is open where none is named; `saved` is the name of what was just noted."""
    shown = half or (roll.half if len(to_note(roll.rows)) > 1 else None)
    named = shown.public_id if shown else None
    ids = roll.cohort.public_id, roll.step.public_id
    return url_for("cohorts.day", public_id=ids[0], step_id=ids[1], half=named, saved=saved)


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


def page(roll: Roll, typed: Mapping[int, Note] | None = None, wrong: Mapping[str, Any] | None = None) -> str:
    """The list, with what was typed and is wrong."""
    key = str(current_app.config["HOUSE"].secret_key)
    now, typed = datetime.now(UTC), typed or {}
    rows = [
        (line, typed.get(line.id) or Note(line.id, line.noted.present, was=line.noted.present),
         bool(line.noted.since and rules.reason_needed(line.noted.since, now)))
        for line in roll.lines
    ]  # fmt: skip
    dates = to_note(roll.rows)
    return render_template(
        "attendance/roll.html", cohort=roll.cohort, step=roll.step, half=roll.half, rows=rows, wrong=wrong or {},
        sheet=new_public_id(), values={present: value for value, present in SAID.items()}, words=words, spine=spine,
        dates=list({row.sitting_id: row for row in dates}.values()), halves=dates,
        tabs=[(row.public_id, address(roll, row), words.half(row, dates)) for row in dates],
        card=lambda line: card_code(key, roll.cohort.public_id, line.public_id),
        learns=viewer().holds(Role.LEARNER, [roll.cohort.id]),
        title=overview.step_title(session(), roll.step, i18n.current()),
    )  # fmt: skip
