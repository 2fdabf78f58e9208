"""The trainer's desk: the queue, one answer at a time, release as one act."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Conflict, Invalid, NotFound
from app.i18n import _, current, ngettext
from app.people.rules import Role
from app.web.access import only, viewer
from app.web.forms import page_number
from app.web.limits import writing
from app.web.session import session
from quizzes import access
from quizzes.actions import grading
from quizzes.forms.grading import GradeForm, count
from quizzes.queries import answers, marking, releasing
from quizzes.queries.desk import Desk, State
from quizzes.queries.headings import heading
from quizzes.queries.queue import by_question
from quizzes.queries.totals import totals
from quizzes.rules.blind import code

bp = Blueprint("grading", __name__, url_prefix="/grading", template_folder="../templates")
bp.before_request(only(Role.TRAINER))


@bp.get("")
def queue() -> str:
    """How many answers wait and how old they are, by question; grades ready to be released."""
    chosen, cohorts = access.cohorts_of(session(), viewer(), _cohort())
    desk, state = Desk(chosen, viewer().id), _state()
    return render_template(
        "quizzes/queue.html",
        totals=totals(session(), desk, datetime.now(UTC)),
        shown=by_question(session(), desk, state, current(), page_number()),
        state=state,
        cohorts=cohorts,
        cohort=_cohort(),
        ready=releasing.ready(session(), desk, current()),
        learns_here=viewer().holds(Role.LEARNER, chosen),
        zone=viewer().zone or (cohorts[0].zone if cohorts else None),
    )


@bp.get("/questions/<public_id>")
def question(public_id: str) -> str:
    """The answers to one question in one state, by their codes."""
    desk = _desk()
    found = answers.question_led(session(), desk, public_id)
    if found is None:
        raise NotFound
    return render_template(
        "quizzes/answers.html", question=found, version=marking.newest_text(session(), found), state=_state(),
        shown=answers.by_answer(session(), desk, found, _state(), page_number()), cohort=_cohort(),
        zone=viewer().zone,
    )  # fmt: skip


@bp.get("/answers/<attempt_id>/<int:position>")
def answer(attempt_id: str, position: int) -> ResponseReturnValue:
    """One answer under its code, with its grade as it stands."""
    handed = access.handed_in_for(session(), viewer(), attempt_id, position)
    paper = marking.paper(session(), handed.item)
    form = GradeForm(formdata=None)
    grade = paper.newest
    form.fill(grade.points if grade else None, grade.comment if grade else "", grade.number if grade else 0)
    return _answer(handed, paper, form)


@bp.post("/answers/<attempt_id>/<int:position>")
@writing
def grade(attempt_id: str, position: int) -> ResponseReturnValue:
    """Save the grade as a new version; go to the next answer, or stay."""
    handed = access.handed_in_for(session(), viewer(), attempt_id, position)
    form = GradeForm()
    if not form.validate_on_submit():
        return _answer(handed, marking.paper(session(), handed.item), form), 422
    try:
        grading.grade(
            session(), handed.item, viewer(), points=form.read_points(), comment=form.comment.data or "",
            after=form.seen(), now=datetime.now(UTC),
        )  # fmt: skip
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return _answer(handed, marking.paper(session(), handed.item), form), 422
    except Conflict as refusal:
        paper = marking.paper(session(), handed.item)
        form.after.raw_data = None
        form.after.data = str(paper.newest.number if paper.newest else 0)
        return _answer(handed, paper, form, conflict=str(refusal.sentence)), 409
    flash(_("The grade is saved. Its learner sees it once it is released."), "good")
    return redirect(_after(handed), 303)


@bp.post("/answers/<attempt_id>/<int:position>/undo")
@writing
def take_back(attempt_id: str, position: int) -> ResponseReturnValue:
    """Put back what stood before the newest version, as a version of its own."""
    handed = access.handed_in_for(session(), viewer(), attempt_id, position)
    after = count(request.form.get("after"))
    grading.take_back(session(), handed.item, viewer(), after=after, now=datetime.now(UTC))
    flash(_("The grade before is back. Nothing was deleted."), "good")
    return redirect(_address(attempt_id, position), 303)


@bp.get("/releases/<step_id>/<cohort_id>")
def release(step_id: str, cohort_id: str) -> ResponseReturnValue:
    """How many grades a release would show to how many learners."""
    return _release(step_id, cohort_id)


@bp.post("/releases/<step_id>/<cohort_id>")
@writing
def confirm_release(step_id: str, cohort_id: str) -> ResponseReturnValue:
    """Release what the page listed; if that has changed, show it again."""
    quiz, _step, cohort = access.release_for(session(), viewer(), step_id, cohort_id)
    listed = len(grading.ready_grades(session(), quiz, cohort, viewer().id))
    if listed != count(request.form.get("listed")):
        return _release(step_id, cohort_id, changed=True), 409
    released = grading.release(session(), quiz, cohort, viewer(), now=datetime.now(UTC))
    flash(ngettext("%(num)d grade is released.", "%(num)d grades are released.", released), "good")
    return redirect(url_for("grading.queue"), 303)


def _release(step_id: str, cohort_id: str, *, changed: bool = False) -> str:
    _quiz, step, cohort = access.release_for(session(), viewer(), step_id, cohort_id)
    found = releasing.ready(session(), Desk([cohort.id], viewer().id), current(), step=step_id)
    place = heading(session(), step.id, viewer().id, current())
    return render_template(
        "quizzes/release.html", ready=found[0] if found else None, place=place, cohort=cohort, changed=changed,
        learns_here=viewer().holds(Role.LEARNER, [cohort.id]),
    )  # fmt: skip


def _answer(handed: access.Handed, paper: marking.Paper, form: GradeForm, conflict: str = "") -> str:
    return render_template(
        "quizzes/grade.html", handed=handed, paper=paper, form=form, conflict=conflict, cohort=_cohort(),
        code=code(handed.attempt.public_id, handed.item.position),
        author=marking.author(session(), handed.attempt) if paper.released else None,
        beside=answers.beside(session(), _desk(), handed.question, handed.item, paper.state),
        place=heading(session(), handed.step.id, viewer().id, current()), zone=viewer().zone,
    )  # fmt: skip


def _after(handed: access.Handed) -> str:
    if "next" not in request.form:
        return _address(handed.attempt.public_id, handed.item.position)
    found = answers.next_waiting(session(), _desk(), handed.question, handed.item)
    return _address(*found) if found else url_for("grading.queue", cohort=_cohort())


def _address(attempt_id: str, position: int) -> str:
    return url_for("grading.answer", attempt_id=attempt_id, position=position, cohort=_cohort())


def _cohort() -> str | None:
    return request.args.get("cohort")


def _desk() -> Desk:
    """The desk of the trainer's cohorts, or of the one that the address names."""
    if _cohort() is None:
        return Desk(viewer().cohorts_as(Role.TRAINER), viewer().id)
    return Desk(access.cohorts_of(session(), viewer(), _cohort())[0], viewer().id)


def _state() -> State:
    asked = request.args.get("state", "")
    return State(asked) if asked in set(State) else State.WAITING
