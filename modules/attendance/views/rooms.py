"""A facilitator plays a recording for many on one screen, and says who is in the room."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid, NotFound
from app.i18n import _, lazy
from app.web.access import viewer
from app.web.once import once
from app.web.session import session
from modules import access
from modules import words as spine
from modules.attendance import actions, words
from modules.attendance.access import viewing_led
from modules.attendance.queries import rooms as queries
from modules.attendance.queries.lines import learners
from modules.attendance.views.pages import bp
from modules.queries import overview, steps
from modules.queries.player import player as player_of
from modules.rules import Carried

FORMAT = "format"


@bp.route("/cohorts/<public_id>/rooms/<step_id>", methods=["GET", "POST"])
@once
def play(public_id: str, step_id: str) -> ResponseReturnValue:
    """Say who is in the room, and begin; earlier viewings stand below."""
    now, wrong = datetime.now(UTC), {}
    cohort = access.cohort_led(session(), viewer(), public_id)
    step = access.step_in(session(), cohort, step_id, "recording")
    people = [row for row in learners(session(), cohort) if row.id != viewer().id]
    half, here = queries.present(session(), cohort, now)
    version = queries.version_of(session(), step)
    if request.method == "POST":
        chosen = set(request.form.getlist("people"))
        here = {row.id for row in people if row.public_id in chosen}
        try:
            if version is None:
                raise Invalid(lazy("This recording is not ready yet."))
            viewing = actions.begin(
                session(), cohort, step, version[0], here, place=request.form.get("place", ""),
                half_id=half and half.id, by=viewer(), now=now,
            )  # fmt: skip
        except Invalid as refusal:
            wrong = dict(refusal.fields) or {"people": refusal.sentence}
        else:
            return redirect(url_for(".viewing", public_id=viewing.public_id), 303)
    page = render_template(
        "attendance/play.html", cohort=cohort, step=step, people=people, here=here, half=half, ready=version,
        wrong=wrong, place=request.form.get("place", half.place if half else ""), words=words,
        viewings=queries.viewings(session(), cohort, step),
        title=overview.step_title(session(), step, i18n.current()),
    )  # fmt: skip
    return page, 422 if wrong else 200


@bp.get("/viewings/<public_id>")
def viewing(public_id: str) -> str:
    """The player, whose reports go to the viewing and not to who plays it, and the people in the room."""
    return _page(public_id)


@bp.post("/viewings/<public_id>/people")
def change_people(public_id: str) -> ResponseReturnValue:
    """Somebody else sits there too, or somebody did not."""
    viewing, cohort, step = viewing_led(session(), viewer(), public_id)
    by_public_id = {row.public_id: row.id for row in learners(session(), cohort) if row.id != viewer().id}
    there, now = set(queries.seated(session(), viewing)), datetime.now(UTC)
    try:
        if request.form.get("add") is not None:
            chosen = [by_public_id[each] for each in request.form.getlist("people") if each in by_public_id]
            if not chosen:
                raise Invalid(fields={"people": lazy("Choose who is in the room.")})
            actions.seat(session(), viewing, step, chosen, by=viewer(), now=now)
            flash(_("They sit there too, and are credited with what was played."), "good")
        else:
            gone = by_public_id.get(request.form.get("person", ""))
            if gone not in there:
                raise NotFound
            actions.unseat(session(), viewing, step, [gone], by=viewer(), why=request.form.get("why", ""), now=now)
            flash(_("Taken out; what was credited counts no longer."), "good")
    except Invalid as refusal:
        return _page(public_id, dict(refusal.fields) or {"why": refusal.sentence}), 422
    return redirect(url_for(".viewing", public_id=public_id), 303)


@bp.post("/viewings/<public_id>/end")
def end_viewing(public_id: str) -> ResponseReturnValue:
    """All that was played is credited to who sits there."""
    viewing, _cohort, step = viewing_led(session(), viewer(), public_id)
    actions.finish(session(), viewing, step, by=viewer(), now=datetime.now(UTC))
    flash(_("What was played is credited to who sits there."), "good")
    return redirect(url_for(".viewing", public_id=public_id), 303)


@bp.post("/viewings/<public_id>/revocation")
def revoke_viewing(public_id: str) -> ResponseReturnValue:
    """The viewing counts for nobody any more."""
    viewing, _cohort, step = viewing_led(session(), viewer(), public_id)
    try:
        actions.take_back(session(), viewing, step, by=viewer(), why=request.form.get("why", ""), now=datetime.now(UTC))
    except Invalid as refusal:
        return _page(public_id, {"revoke": refusal.fields.get("why", refusal.sentence)}), 422
    flash(_("The viewing is taken back; those who sat there are told."), "good")
    return redirect(url_for(".viewing", public_id=public_id), 303)


def _page(public_id: str, wrong: dict[str, Any] | None = None) -> str:
    viewing, cohort, step = viewing_led(session(), viewer(), public_id)
    now, version = datetime.now(UTC), queries.version_of(session(), step)
    there = set(queries.seated(session(), viewing))
    people = [row for row in learners(session(), cohort) if row.id != viewer().id]
    shown = steps.step_page(session(), step, viewer(), i18n.current(), now)
    ranges = [tuple(each) for each in viewing.ranges]
    shown = replace(shown, step=shown.step.stood(Carried(ranges), None), notices=())
    same = version is not None and version[0] == viewing.version_id and viewing.revoked_at is None
    wanted = request.args.get(FORMAT) or request.cookies.get(FORMAT) or ""
    return render_template(
        "attendance/viewing.html", page=shown, words=spine, said=words, now=now, noted=[], chapters=[], text=None,
        player=player_of(session(), shown, now, wanted, None) if same else None, room=viewing, cohort=cohort,
        report=url_for("attendance_api.report", public_id=public_id), wrong=wrong or {},
        seated=[row for row in people if row.id in there], others=[row for row in people if row.id not in there],
    )  # fmt: skip
