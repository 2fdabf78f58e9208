"""A sheet to sign, printed, and typed in afterwards by the numbers of its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app import i18n
from app.db import new_public_id
from app.errors import Invalid
from app.i18n import _, lazy
from app.web import tables
from app.web.access import viewer
from app.web.session import session
from modules import words as spine
from modules.attendance import actions, rules, words
from modules.attendance.actions import Note
from modules.attendance.queries.halves import to_note
from modules.attendance.queries.sheets import on_sheet
from modules.attendance.views.pages import bp
from modules.attendance.views.roll import NAME, Roll, address, opened
from modules.attendance.views.sender import about
from modules.queries import overview


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was printed: its number, and its people by line."""

    number: str
    people: list[Any]


def sheet_of(roll: Roll, typed: str) -> Sheet:
    """The sheet of this number; of now, where none is named or none can be."""
    minute = rules.sheet_minute(typed)
    known = minute is not None and 0 < minute <= rules.period(datetime.now(UTC))
    minute = minute if known and minute is not None else rules.period(datetime.now(UTC))
    # To the end of its minute: who came in it stands on the sheet.
    return Sheet(rules.sheet_number(minute), on_sheet(session(), roll.cohort, rules.shown_at(minute + 1)))


@bp.get("/cohorts/<public_id>/days/<step_id>/sheet")
def sheet(public_id: str, step_id: str) -> str:
    """To print and sign: a number for each line, a column for each half."""
    roll = opened(public_id, step_id)
    return render_template("attendance/sheet.html", sheet=sheet_of(roll, ""), **_shown(roll))


@bp.route("/cohorts/<public_id>/days/<step_id>/entry", methods=["GET", "POST"])
def entry(public_id: str, step_id: str) -> ResponseReturnValue:
    """Type who has signed, look at what that means, and save it."""
    roll, form = opened(public_id, step_id), request.form
    wrong: dict[str, Any] = {}
    page = sheet_of(roll, request.values.get("number", ""))
    typed = form.get("lines", "")
    if request.method == "GET":
        return render_template("attendance/entry.html", sheet=page, typed="", wrong=wrong, meant=None, **_shown(roll))
    meant, strange = rules.numbers(typed, len(page.people))
    if strange:
        said = _("No line of this sheet has this number: %(parts)s.", parts=", ".join(strange[:10]))
        wrong = {"lines": said}
    elif not meant and not form.get("rest"):
        wrong = {"lines": _("Write the numbers of the lines that are signed.")}
    elif form.get("save"):
        try:
            return _save(roll, page, meant)
        except Invalid as refusal:
            wrong = dict(refusal.fields) or {"lines": refusal.sentence}
    shown = render_template(
        "attendance/entry.html", sheet=page, typed=typed, wrong=wrong, meant=None if strange else meant, **_shown(roll)
    )
    return shown, 422 if wrong else 200


@bp.get("/cohorts/<public_id>/days/<step_id>/attendance.<any(csv, xlsx):table_type>")
def table(public_id: str, step_id: str, table_type: str) -> ResponseReturnValue:
    """Who was there in each half, with a column to sign in."""
    roll = opened(public_id, step_id)
    halves = to_note(roll.rows)
    named = [words.half(half, halves) for half in halves] or [_("Present")]
    heads = [_("Line"), _("Name"), _("Id"), *named]
    ids: list[int | None] = [half.id for half in halves] or [None]
    rows: Iterator[list[tables.Cell]] = (
        [place, line.name, line.public_id, *(words.present(line.marks.get(each)) for each in ids), ""]
        for place, line in enumerate(roll.lines, start=1)
    )
    name = tables.named(_("attendance"), roll.cohort.name, datetime.now(UTC), roll.cohort.zone)
    return tables.answer(tables.Table(name, [*heads, _("Signature")], rows, roll.cohort.zone), table_type)


def _save(roll: Roll, page: Sheet, meant: set[int]) -> ResponseReturnValue:
    """The lines that were typed are present; of the others nothing is said, or that they are absent."""
    rest, name = False if request.form.get("rest") == "absent" else None, request.form.get("name", "")
    if not NAME.fullmatch(name):
        raise Invalid(lazy("Open the page again: this one has lost its name."))
    by_id = {line.id: line for line in roll.lines}
    notes = []
    for place, person in enumerate(page.people, start=1):
        line = by_id.get(person.id)  # Not oneself, nor who has left.
        said = True if place in meant else rest
        if line and said is not None:
            notes.append(Note(line.id, said, was=line.noted.present, client_id=f"{name}-{line.public_id}"))
    actions.attend_each(
        session(), roll.cohort, roll.step, notes, by=viewer(), now=datetime.now(UTC), half=roll.half,
        sure=bool(request.form.get("sure")), about=about("sheet"),
    )  # fmt: skip
    return redirect(address(roll, saved=name), 303)


def _shown(roll: Roll) -> dict[str, Any]:
    return {
        "cohort": roll.cohort, "step": roll.step, "half": roll.half, "halves": to_note(roll.rows), "words": words,
        "spine": spine, "name": new_public_id(), "title": overview.step_title(session(), roll.step, i18n.current()),
    }  # fmt: skip
