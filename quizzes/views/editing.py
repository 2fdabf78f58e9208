"""Write a quiz in forms: terms, questions, their order, a preview."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid, NotFound
from app.i18n import _, current
from app.people.rules import Role
from app.web import bands
from app.web.access import only, viewer
from app.web.limits import writing
from app.web.once import once
from app.web.session import only_reads, session
from app.web.shared import Saved
from modules.models import Step
from modules.queries.reach import reach
from quizzes import access
from quizzes.actions import editing
from quizzes.actions.trying import tried
from quizzes.forms.answer import given
from quizzes.forms.choices import ChoiceForm
from quizzes.forms.question import QuestionForm
from quizzes.forms.questions import FORMS
from quizzes.forms.settings import SettingsForm
from quizzes.forms.together import together
from quizzes.models import QuestionVersion, Quiz
from quizzes.queries.headings import heading
from quizzes.queries.questions import Asked, asked, quiz_of
from quizzes.queries.recorded import recorded
from quizzes.queries.seeing import of_version
from quizzes.queries.taking import place as as_asked
from quizzes.rules.kinds import Kind

bp = Blueprint("quiz_editor", __name__, url_prefix="/quizzes", template_folder="../templates")
bp.before_request(only(Role.TRAINER))


@bp.get("/<public_id>/edit")
def edit(public_id: str) -> str:
    """The quiz as it stands."""
    step = access.step_to_edit(session(), viewer(), public_id)
    form = SettingsForm(formdata=None)
    form.fill(quiz_of(session(), step), step.lang)
    return _overview(step, form)


@bp.post("/<public_id>/edit")
@writing
def save_terms(public_id: str) -> ResponseReturnValue:
    """Save the terms for attempts that begin from now on."""
    step = access.step_to_edit(session(), viewer(), public_id)
    form = SettingsForm()
    if not form.validate_on_submit():
        return _overview(step, form), 422
    try:
        editing.set_terms(session(), step, form.terms(), viewer(), began=form.began.data or "", now=datetime.now(UTC))
    except editing.Meanwhile as refusal:
        stored = SettingsForm(formdata=None)
        stored.fill(quiz_of(session(), step), step.lang)
        return _overview(step, form, together(form, stored)), refusal.status
    flash(_("The quiz is saved. Attempts under way keep the terms they began with."), "good")
    return redirect(url_for("quiz_editor.edit", public_id=public_id), 303)


@bp.get("/<public_id>/questions/new/<kind>")
@once
def new_question(public_id: str, kind: str) -> str:
    """An empty form for a question of that kind."""
    step = access.step_to_edit(session(), viewer(), public_id)
    form = _form(kind, step, formdata=None)
    quiz = quiz_of(session(), step)
    form.fill(None, quiz.lang if quiz else step.lang)
    return _question(step, form)


@bp.post("/<public_id>/questions/new/<kind>")
@once
@writing
def add_question(public_id: str, kind: str) -> ResponseReturnValue:
    """Write a new question at the end of the quiz."""
    step = access.step_to_edit(session(), viewer(), public_id)
    form = _form(kind, step)
    if "more" in request.form:
        return _with_more_rows(step, form)
    if not form.validate_on_submit():
        return _question(step, form), 422
    try:
        editing.add_question(session(), step, form.draft(), viewer(), now=datetime.now(UTC))
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return _question(step, form), 422
    flash(_("The question is written."), "good")
    return redirect(url_for("quiz_editor.edit", public_id=public_id), 303)


@bp.get("/<public_id>/questions/<question_id>")
def question(public_id: str, question_id: str) -> str:
    """A question as it stands."""
    step = access.step_to_edit(session(), viewer(), public_id)
    _quiz, _found, version = access.question_to_edit(session(), step, question_id)
    form = _filled(step, version)
    return _question(step, form, version)


@bp.post("/<public_id>/questions/<question_id>")
@writing
def edit_question(public_id: str, question_id: str) -> ResponseReturnValue:
    """Make a new version of the question."""
    step = access.step_to_edit(session(), viewer(), public_id)
    _quiz, found, version = access.question_to_edit(session(), step, question_id)
    form = _form(version.kind, step)
    if "more" in request.form:
        return _with_more_rows(step, form, version)
    if not form.validate_on_submit():
        return _question(step, form, version), 422
    began, now = form.began.data or "", datetime.now(UTC)
    try:
        editing.edit_question(session(), found, form.draft(), viewer(), began=began, now=now)
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return _question(step, form, version), 422
    except editing.Meanwhile as refusal:
        version = editing.hold_question(session(), found)
        return _question(step, form, version, together(form, _filled(step, version))), refusal.status
    if found.archived_at:
        flash(
            _("The question is saved. It was archived meanwhile: it is asked again once you take it back below."),
            "warn",
        )
    else:
        flash(_("The question is saved. Attempts under way keep the one they began with."), "good")
    return redirect(url_for("quiz_editor.edit", public_id=public_id), 303)


@bp.post("/<public_id>/questions/<question_id>/place")
@writing
def move_question(public_id: str, question_id: str) -> ResponseReturnValue:
    """One place up or down."""
    step = access.step_to_edit(session(), viewer(), public_id)
    _quiz, found, _version = access.question_to_edit(session(), step, question_id)
    editing.move(session(), step, found, -1 if "up" in request.form else 1)
    return redirect(url_for("quiz_editor.edit", public_id=public_id, _anchor=f"question-{question_id}"), 303)


@bp.post("/<public_id>/questions/<question_id>/archive")
@writing
def archive_question(public_id: str, question_id: str) -> ResponseReturnValue:
    """Ask it no more; the same page takes it back."""
    step = access.step_to_edit(session(), viewer(), public_id)
    _quiz, found, _version = access.question_to_edit(session(), step, question_id)
    if "undo" in request.form:
        editing.restore(session(), found)
        flash(_("The question is asked again."), "good")
    else:
        editing.archive(session(), found, viewer(), now=datetime.now(UTC))
        flash(_("The question is archived. You can take it back below."), "neutral")
    return redirect(url_for("quiz_editor.edit", public_id=public_id, _anchor="questions"), 303)


@bp.get("/<public_id>/preview")
def preview(public_id: str) -> str:
    """The questions as learners see them, one a page; nothing is saved."""
    step = access.step_to_edit(session(), viewer(), public_id)
    _quiz, questions, number = _previewed(step)
    return _preview(step, questions, number)


@bp.post("/<public_id>/preview")
@writing
@only_reads
def try_question(public_id: str) -> ResponseReturnValue:
    """What learners read who have answered so; nothing is saved."""
    step = access.step_to_edit(session(), viewer(), public_id)
    quiz, questions, number = _previewed(step)
    if not questions:
        raise NotFound
    asked_here, shown = questions[number - 1], quiz is not None and quiz.show_expected_at is not None
    value = given(Kind(asked_here.version.kind), request.form)
    try:
        see = of_version(session(), asked_here.version, current())
        read = tried(asked_here, number, value, shown=shown, see=see)
    except Invalid as refusal:
        return _preview(step, questions, number, value=value, error=refusal.sentence), refusal.status
    return _preview(step, questions, number, value=value, tried=read, shown=shown)


def _previewed(step: Step) -> tuple[Quiz | None, list[Asked], int]:
    quiz = quiz_of(session(), step)
    questions = asked(session(), quiz)
    return quiz, questions, min(max(request.args.get("n", type=int, default=1), 1), len(questions) or 1)


def _preview(step: Step, questions: list[Asked], number: int, **answered: Any) -> str:
    place = heading(session(), step.id, viewer().id, current())
    here = as_asked(number, questions[number - 1].points, questions[number - 1].version) if questions else None
    address = [(n, url_for("quiz_editor.preview", public_id=step.public_id, n=n)) for n in range(1, len(questions) + 1)]
    return render_template(
        "quizzes/preview.html", place=place, here=here, count=len(questions), number=number,
        band=[(bands.dye(place.position), 1, 0.0) for _one in questions],
        grid=[(n, url, "now" if n == number else "", None) for n, url in address],
        **({"value": None, "error": "", "tried": None, "shown": False} | answered),
    )  # fmt: skip


def _overview(step: Step, form: SettingsForm, saved: Sequence[Saved] = ()) -> str:
    quiz = quiz_of(session(), step)
    questions = asked(session(), quiz)
    return render_template(
        "quizzes/edit.html", form=form, saved=saved, questions=questions,
        reach=None if questions else reach(session(), viewer(), step.module_id, step),
        place=heading(session(), step.id, viewer().id, current()),
        archived=asked(session(), quiz, archived=True), points=sum(one.points for one in questions),
    )  # fmt: skip


def _question(
    step: Step, form: QuestionForm, version: QuestionVersion | None = None, saved: Sequence[Saved] = ()
) -> str:
    first = version is None and not asked(session(), quiz_of(session(), step))
    return render_template(
        "quizzes/edit_question.html", form=form, saved=saved, version=version,
        place=heading(session(), step.id, viewer().id, current()),
        lost=_lost(form, version), first=first,
        reach=reach(session(), viewer(), step.module_id, step) if first else None,
    )  # fmt: skip


def _lost(form: QuestionForm, version: QuestionVersion | None) -> bool:
    """Whether the passage that the question named is not in the recording any more, and nobody has named another."""
    if version is None or form.see is None or form.see_at.data or form.errors:
        return False
    see = of_version(session(), version, current())
    return see is not None and see.second is None and form.see.data == see.step


def _with_more_rows(step: Step, form: Any, version: QuestionVersion | None = None) -> str:
    if isinstance(form, ChoiceForm):
        form.more(4)
    return _question(step, form, version)


def _form(kind: str, step: Step, **given: Any) -> QuestionForm:
    if kind not in set(Kind):
        raise NotFound
    form = FORMS[Kind(kind)](**given)
    form.offer(recorded(session(), step.module_id, current()))
    return form


def _filled(step: Step, version: QuestionVersion) -> QuestionForm:
    form = _form(version.kind, step, formdata=None)
    form.fill(version, version.lang, of_version(session(), version, current()))
    return form
