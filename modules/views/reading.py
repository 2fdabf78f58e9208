"""The transcript of a recording: to read instead of watching, to search, and to jump from."""

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid, NotFound
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from modules import access, actions, words
from modules.queries.reading import Reading, reading_of
from modules.queries.steps import StepPage, step_page
from modules.rules import READ
from modules.views.learning import bp

LONGEST_SEARCH = 200


@bp.get("/steps/<public_id>/transcript")
def transcript(public_id: str) -> ResponseReturnValue:
    """All that is said, in one or two languages; `q` leaves only what holds these words.

    Whoever still has the page of another `version` open is told, for the times would lie in the other film.
    """
    now, person = datetime.now(UTC), viewer()
    row = access.step_for(session(), person, public_id, now=now)
    page = step_page(session(), row, person, i18n.current(), now)
    text = asked_reading(page)
    if text is None:
        raise NotFound
    other = request.args.get("version", text.version) != text.version
    return render_template("modules/transcript.html", page=page, text=text, other=other, words=words)


@bp.post("/steps/<public_id>/reading")
def read(public_id: str) -> ResponseReturnValue:
    """I have read this: the part counts as seen, as what it is, an equivalent reading."""
    now, person = datetime.now(UTC), viewer()
    at = access.watchable_for(session(), person, public_id, now, request.form.get("version") or None)
    start, end = _second("start"), _second("end")
    if end <= start:
        raise Invalid(_("This part of the text cannot be found. Open the text again."))
    report = actions.Report(actions.played([[start, end]]), klass=READ)
    seen = actions.watch(session(), at, person, report, now=now)
    flash(_("Noted as read.") if not seen.done else _("Noted as read. This step is done."), "good")
    where = "modules.transcript" if request.form.get("back") == "transcript" else "modules.step"
    number = request.form.get("part", 0, type=int)
    asked: Any = {"in": request.form.get("in") or None, "with": request.form.get("with") or None}
    return redirect(url_for(where, public_id=public_id, _anchor=f"part-{number + 1}", **asked), 303)


def asked_reading(page: StepPage) -> Reading | None:
    """The text as the address asks for it."""
    asked: Any = request.args
    language = asked.get("in", "")[:16] or i18n.current()
    return reading_of(
        session(), page.step, language, asked.get("with", "")[:16], asked.get("q", "")[:LONGEST_SEARCH].strip()
    )  # fmt: skip


def _second(name: str) -> float:
    try:
        return float(request.form.get(name, ""))
    except ValueError:
        return 0.0
