"""What trainers do: make cases, open and arrange discussions, hide posts."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import gettext
from app.people.rules import Role
from app.web.access import only, viewer
from app.web.once import once
from app.web.session import session
from modules.cases import access, actions
from modules.cases.forms import HidingForm, NewCaseForm, ThreadForm
from modules.cases.models import Case, Thread
from modules.cases.queries import posts
from modules.cases.queries.threads import cohorts_with_threads, thread_filled
from modules.cases.views.shown import at_hand
from modules.views.together import begun, saved_meanwhile

bp = Blueprint("case_moderation", __name__, template_folder="../templates")
bp.before_request(only(Role.TRAINER))
bp.context_processor(at_hand)


@bp.route("/cases/new", methods=["GET", "POST"])
@once
def new_case() -> ResponseReturnValue:
    """Make a case in the cycle of one's cohort; who leads several chooses one, unless he comes from its list."""
    led = [place for place in access.places(session(), viewer(), datetime.now(UTC)) if place.moderates]
    cohort = request.args.get("cohort")
    place = access.place_among(led, cohort, request.args.get("cycle"))
    known = {"language": viewer().language or i18n.current(), "consent": "cohort", "place": place.key if cohort else ""}
    form = NewCaseForm(led, data=known)
    if form.validate_on_submit():
        if "place" in form:
            place = access.place_among(led, *form.place.data.split("."))
        try:
            case = actions.create_case(
                session(),
                place.cycle_id,
                **form.told(),
                by=viewer(),
                now=datetime.now(UTC),
                cohort_id=place.cohort_id,
            )
            flash(gettext("The case is added."), "good")
            return redirect(url_for("cases.show", public_id=case.public_id, cohort=place.cohort), 303)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return render_template("cases/facts.html", form=form, case=None, place=place, saved=None), _status()


@bp.route("/cases/<public_id>/threads/new", methods=["GET", "POST"])
@once
def new_thread(public_id: str) -> ResponseReturnValue:
    """Open a discussion of one's cohort on a case."""
    case, place, _ = access.case_for(session(), viewer(), public_id, datetime.now(UTC), request.args.get("cohort"))
    access.need(place.moderates and case.archived_at is None)
    form = ThreadForm(data={"stage": request.args.get("stage", "")})
    if form.validate_on_submit():
        try:
            thread = actions.open_thread(
                session(),
                case,
                place.cohort_id,
                title=form.title.data,
                stage=form.stage.data or None,
                by=viewer(),
                now=datetime.now(UTC),
            )
            flash(gettext("The discussion is open."), "good")
            return redirect(url_for("threads.show", public_id=thread.public_id), 303)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    values = {"case": case, "place": place, "thread": None, "saved": None}
    return render_template("cases/thread_form.html", form=form, **values), _status()


@bp.route("/threads/<public_id>/move", methods=["GET", "POST"])
def move(public_id: str) -> ResponseReturnValue:
    """Give a thread another stage or title."""
    thread, case, place = _thread(public_id)
    form, saved = ThreadForm(data=begun(thread, thread_filled)), None
    if form.validate_on_submit():
        saved = saved_meanwhile(thread, form, thread_filled)
        if saved is None:
            actions.move(session(), thread, stage=form.stage.data or None, title=form.title.data)
            flash(gettext("Saved."), "good")
            return redirect(url_for("threads.show", public_id=thread.public_id), 303)
    values = {"case": case, "place": place, "thread": thread, "saved": saved}
    return render_template("cases/thread_form.html", form=form, **values), _status()


@bp.post("/threads/<public_id>/pin")
def pin(public_id: str) -> ResponseReturnValue:
    """Keep a thread above the others, or let it go."""
    thread, _, _ = _thread(public_id)
    actions.pin(session(), thread, pinned=_yes(), by=viewer(), now=datetime.now(UTC))
    if _yes():
        flash(gettext("The discussion is pinned: it stands above the others."), "good")
    else:
        flash(gettext("The discussion is no longer pinned."), "good")
    return redirect(url_for("threads.show", public_id=public_id), 303)


@bp.post("/threads/<public_id>/closing")
def close(public_id: str) -> ResponseReturnValue:
    """Take no more posts, or take them again."""
    thread, _, _ = _thread(public_id)
    actions.close(session(), thread, closed=_yes(), by=viewer(), now=datetime.now(UTC))
    if _yes():
        flash(gettext("The discussion is closed."), "good")
    else:
        flash(gettext("The discussion takes posts again."), "good")
    return redirect(url_for("threads.show", public_id=public_id), 303)


@bp.post("/threads/<public_id>/archive")
def archive_thread(public_id: str) -> ResponseReturnValue:
    """Put a thread away, or bring it back."""
    thread, case, place = _thread(public_id)
    actions.put_away(session(), thread, away=_yes(), by=viewer(), now=datetime.now(UTC))
    if _yes():
        flash(
            gettext("The discussion is archived: nothing is lost. Trainers find it under “Archived discussions”."),
            "good",
        )
        return redirect(url_for("cases.discussion", public_id=case.public_id, cohort=place.cohort), 303)
    flash(gettext("The discussion is back where it stood."), "good")
    return redirect(url_for("threads.show", public_id=public_id), 303)


@bp.get("/cases/<public_id>/archive")
def confirm_archive(public_id: str) -> ResponseReturnValue:
    """Who discusses a case, before it is put away."""
    case, place = _own_case(public_id)
    cohorts = cohorts_with_threads(session(), case.id)
    return render_template("cases/archive.html", case=case, place=place, discussing=cohorts)


@bp.post("/cases/<public_id>/archive")
def archive_case(public_id: str) -> ResponseReturnValue:
    """Put a case away with its discussions, or bring it back."""
    case, place = _own_case(public_id)
    actions.put_away(session(), case, away=_yes(), by=viewer(), now=datetime.now(UTC))
    if _yes():
        flash(gettext("The case is archived: nothing is lost. It can be brought back from “Archived cases”."), "good")
        return redirect(url_for("cases.index", cohort=place.cohort, cycle=place.cycle), 303)
    flash(gettext("The case is back where it stood."), "good")
    return redirect(url_for("cases.show", public_id=public_id, cohort=place.cohort), 303)


@bp.route("/posts/<public_id>/hiding", methods=["GET", "POST"])
def hide(public_id: str) -> ResponseReturnValue:
    """Take a post out of sight, with the reason."""
    post, thread, case, place = access.post_for(session(), viewer(), public_id, datetime.now(UTC))
    access.need(place.moderates)
    access.need_standing(post)
    form = HidingForm()
    if form.validate_on_submit():
        try:
            actions.hide(session(), post, reason=form.reason.data, by=viewer(), now=datetime.now(UTC))
            flash(gettext("The post is hidden. Its author reads the reason."), "good")
            return redirect(url_for("posts.show", public_id=public_id), 303)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    row = posts.row_of(session(), post, thread, case, place, viewer())
    return render_template("cases/hide.html", form=form, row=row, thread=thread, case=case, place=place), _status()


@bp.post("/posts/<public_id>/hiding/undo")
def unhide(public_id: str) -> ResponseReturnValue:
    """Bring a hidden post back."""
    post, _, _, place = access.post_for(session(), viewer(), public_id, datetime.now(UTC))
    access.need(place.moderates)
    actions.undo_hiding(session(), post, by=viewer(), now=datetime.now(UTC))
    flash(gettext("The post is back in its place."), "good")
    return redirect(url_for("posts.show", public_id=public_id), 303)


def _thread(public_id: str) -> tuple[Thread, Case, access.Place]:
    thread, case, place = access.thread_for(session(), viewer(), public_id, datetime.now(UTC))
    access.need(place.moderates)
    return thread, case, place


def _own_case(public_id: str) -> tuple[Case, access.Place]:
    case, place, _ = access.case_for(session(), viewer(), public_id, datetime.now(UTC), request.args.get("cohort"))
    access.need(access.may_archive(case, viewer()))
    return case, place


def _yes() -> bool:
    return request.form.get("on") == "1"


def _status() -> int:
    return 422 if request.method == "POST" else 200
