"""The page of a step: watch, read, download, come; other kinds open in their own rooms."""

import math
import textwrap
from datetime import UTC, datetime
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.i18n import _, clock
from app.people.rules import Role
from app.web.access import viewer
from app.web.session import session
from media.delivery import attachment
from modules import access, actions, kinds, words
from modules.forms import NoteForm
from modules.queries import notes, overview
from modules.queries import steps as queries
from modules.queries.player import Player, files
from modules.queries.player import player as player_of
from modules.queries.prices import AUTO
from modules.queries.reading import Arrival, Reading, chapters_of
from modules.views.learning import bp
from modules.views.reading import asked_reading

TEMPLATES = {"page": "modules/page.html", "file": "modules/file.html", "in_person": "modules/in_person.html"}
FORMAT = "format"
ONE_YEAR = 365 * 24 * 3600


@bp.get("/steps/<public_id>")
def step(public_id: str) -> ResponseReturnValue:
    """A step: watch, read, download, come, or the page of the room that its kind belongs to."""
    now, person = datetime.now(UTC), viewer()
    try:
        row = access.step_for(session(), person, public_id, now=now)
    except access.Locked:
        return redirect(url_for("modules.why", kind="step", about=public_id), 303)
    opened_elsewhere = kinds.get(row.kind).open_endpoint
    if opened_elsewhere:
        return redirect(url_for(opened_elsewhere, public_id=public_id), 303)
    page = queries.step_page(session(), row, person, i18n.current(), now)
    if row.kind == "recording":
        return watch_page(page, now)
    if row.kind not in TEMPLATES:
        raise NotFound
    if row.kind == "in_person":
        return _day(page, person)
    return render_template(TEMPLATES[row.kind], page=page, words=words)


@bp.post("/steps/<public_id>/completion")
def complete(public_id: str) -> ResponseReturnValue:
    """I have read it: the step is done, and the next one opens."""
    now, person = datetime.now(UTC), viewer()
    step = access.step_for(session(), person, public_id, now=now)
    if step.kind not in ("page", "file"):
        raise NotFound
    actions.complete(session(), step, person, now=now, source=step.kind)
    page = queries.step_page(session(), step, person, i18n.current(), now)
    flash(_("Noted: “%(title)s” is done.", title=page.step.title), "good")
    if page.after is not None:
        return redirect(url_for("modules.step", public_id=page.after.public_id), 303)
    return redirect(url_for("modules.show", public_id=page.module.public_id), 303)


@bp.get("/steps/<public_id>/file")
def download(public_id: str) -> ResponseReturnValue:
    """The file of a file step, under the name it came with."""
    step = access.step_for(session(), viewer(), public_id, now=datetime.now(UTC))
    if step.kind != "file" or not step.file_key:
        raise NotFound
    return attachment(step.file_key, step.file_name or "file")


@bp.get("/steps/<public_id>/recording/<name>")
def download_recording(public_id: str, name: str) -> ResponseReturnValue:
    """A recording to keep, in one of its plain files, under a name that says what it is."""
    now, person = datetime.now(UTC), viewer()
    row = access.step_for(session(), person, public_id, now=now)
    file = next((each for each in files(session(), row) if each.name == name), None)
    if file is None:
        raise NotFound
    page = queries.step_page(session(), row, person, i18n.current(), now)
    return attachment(file.key, words.file_name(page.module, page.step, file))


@bp.get("/steps/<public_id>/poster.svg")
def poster(public_id: str) -> ResponseReturnValue:
    """The poster of a recording: its title set in type, some hundred bytes."""
    now, person = datetime.now(UTC), viewer()
    step = access.step_for(session(), person, public_id, now=now)
    page = queries.step_page(session(), step, person, i18n.current(), now)
    answer = make_response(
        render_template("modules/poster.svg", page=page, words=words, lines=textwrap.wrap(page.module.title, 44)[:4])
    )
    answer.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _day(page: queries.StepPage, person: Any) -> str:
    return render_template(
        TEMPLATES["in_person"], page=page, words=words, dates=queries.sittings(session(), page.row, person),
        leads=lambda cohort: person.is_admin or person.holds(Role.TRAINER, [cohort.id]),
        may_edit=overview.may_edit(session(), person, overview.module_of(session(), page.row)),
    )  # fmt: skip


def watch_page(page: queries.StepPage, now: datetime, form: NoteForm | None = None) -> Response:
    """The page of a recording; `form` is a note that could not be taken as it was."""
    wanted = request.args.get(FORMAT) or request.cookies.get(FORMAT) or ""
    at = _second(request.args.get("t"))
    player = player_of(session(), page, now, wanted, at)
    said = asked_reading(page) if player and (player.reads or at is not None) else None
    noted = notes.of_step(session(), viewer().id, page.step.id, page.step.version_id) if player else []
    answer = make_response(
        render_template(
            "modules/watch.html", page=page, player=player, noted=noted, words=words, now=now,
            chapters=chapters_of(session(), page.step, i18n.current(), player.start) if player else [],
            text=said if player and player.reads else None,
            arrived=_arrival(player, said, at),
            form=form or NoteForm(formdata=None, at=clock(player.start) if player else ""),
        )
    )  # fmt: skip
    known = player and (wanted == AUTO or wanted in player.wholes)
    if request.args.get(FORMAT) and known:
        answer.set_cookie(FORMAT, wanted, max_age=ONE_YEAR, samesite="Lax", secure=request.is_secure)
    return answer


def _arrival(player: Player | None, said: Reading | None, at: float | None) -> Arrival | None:
    """Where an address with a second leads to."""
    if player is None or said is None or at is None:
        return None
    return said.arrival(player.start, f"t={request.args['t']}")


def _second(text: str | None) -> float | None:
    try:
        second = float(text or "")
    except ValueError:
        return None
    return second if math.isfinite(second) else None
