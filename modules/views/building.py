"""The builder: cycles and modules. Administrators make them; trainers edit those that their cohorts have."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Forbidden, Invalid
from app.i18n import _
from app.people.rules import Role
from app.web.access import only, viewer
from app.web.once import once
from app.web.session import session
from modules import access, actions, kinds, words
from modules.forms import ModuleForm, TitlesForm
from modules.models import Module, Step
from modules.queries import building as queries
from modules.queries.cohorts import who_has
from modules.queries.overview import module_of
from modules.queries.reach import reach
from modules.queries.titles import title
from modules.views.together import begun, saved_meanwhile

bp = Blueprint("building", __name__, url_prefix="/manage", template_folder="../templates")
bp.before_request(only(Role.TRAINER))


@bp.get("/modules")
def index() -> ResponseReturnValue:
    """All cycles with their modules, to put in order."""
    return render_template(
        "modules/manage/index.html",
        shelves=queries.shelves(session(), viewer(), i18n.current()), admin=viewer().is_admin,
    )  # fmt: skip


@bp.route("/cycles/new", methods=["GET", "POST"])
@once
def add_cycle() -> ResponseReturnValue:
    """Make a cycle."""
    _administrators()
    form = TitlesForm()
    if form.validate_on_submit():
        actions.add_cycle(session(), form.titles(), now=datetime.now(UTC))
        flash(_("The cycle is there. Now add its modules."), "good")
        return redirect(url_for("building.index"), 303)
    return _form("modules/manage/cycle.html", form)


@bp.route("/cycles/<public_id>", methods=["GET", "POST"])
def cycle(public_id: str) -> ResponseReturnValue:
    """Name a cycle."""
    row = access.cycle_to_edit(session(), viewer(), public_id)
    form, saved = TitlesForm(data=begun(row)), None
    if form.validate_on_submit():
        saved = saved_meanwhile(row, form)
        if saved is None:
            actions.name(session(), row, form.titles())
            flash(_("Saved."), "good")
            return redirect(url_for("building.index"), 303)
    return _form("modules/manage/cycle.html", form, saved=saved)


@bp.route("/cycles/<public_id>/modules/new", methods=["GET", "POST"])
@once
def add_module(public_id: str) -> ResponseReturnValue:
    """Make a module at the end of a cycle."""
    row = access.cycle_to_edit(session(), viewer(), public_id)
    form = ModuleForm()
    if form.validate_on_submit():
        try:
            module = actions.add_module(
                session(), row, form.titles(), now=datetime.now(UTC), by=viewer(), number=form.number.data,
                kind=form.kind.data, summaries=form.summaries(),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal.fields)
        else:
            flash(_("The module is there. Now add its steps."), "good")
            return redirect(url_for("building.module", public_id=module.public_id), 303)
    return _form("modules/manage/module_form.html", form, module=None)


@bp.get("/modules/<public_id>")
def module(public_id: str) -> ResponseReturnValue:
    """A module with its steps, to put in order."""
    row = access.module_to_edit(session(), viewer(), public_id)
    shelf = queries.steps_of(session(), row, i18n.current())
    return render_template(
        "modules/manage/module.html",
        module=row, title=title(row, i18n.current()), shelf=shelf, words=words,
        reach=reach(session(), viewer(), row.id) if shelf.archived else None,
        kinds=kinds.every(), kind_of=kinds.get, admin=viewer().is_admin,
    )  # fmt: skip


@bp.route("/modules/<public_id>/details", methods=["GET", "POST"])
def details(public_id: str) -> ResponseReturnValue:
    """Number, titles and summaries of a module."""
    row = access.module_to_edit(session(), viewer(), public_id)
    form, saved = ModuleForm(data=begun(row)), None
    if form.validate_on_submit():
        saved = saved_meanwhile(row, form)
        if saved is None and _described(row, form):
            flash(_("Saved."), "good")
            return redirect(url_for("building.module", public_id=public_id), 303)
    return _form("modules/manage/module_form.html", form, module=row, saved=saved)


def _described(row: Module, form: ModuleForm) -> bool:
    """Whether the module now is what the form says; if not, the form says why."""
    texts = (form.titles(), form.summaries())
    try:
        actions.describe(session(), row, *texts, number=form.number.data, kind=form.kind.data)
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return False
    return True


@bp.post("/modules/<public_id>/place")
def place_module(public_id: str) -> ResponseReturnValue:
    """One place up or down in the cycle."""
    _administrators()
    actions.move(session(), access.module_to_edit(session(), viewer(), public_id), _direction())
    return redirect(url_for("building.index"), 303)


@bp.get("/modules/<public_id>/archive")
def confirm_archive(public_id: str) -> ResponseReturnValue:
    """Who has a module, before it is put away."""
    _administrators()
    row = access.module_to_edit(session(), viewer(), public_id)
    return render_template(
        "modules/manage/archive.html", module=row, rows=who_has(session(), row), words=words,
        title=queries.titles(session(), [row], i18n.current())[row.id],
    )  # fmt: skip


@bp.post("/modules/<public_id>/archive")
def archive_module(public_id: str) -> ResponseReturnValue:
    """Put a module away, or bring it back."""
    _administrators()
    row = access.module_to_edit(session(), viewer(), public_id)
    if request.form.get("undo"):
        actions.bring_back(session(), row)
        flash(_("The module is back where it stood."), "good")
    else:
        actions.archive(session(), row, now=datetime.now(UTC), by=viewer())
        flash(_("The module is archived: nobody sees it, nothing is lost. It can be brought back below."), "good")
    return redirect(url_for("building.index"), 303)


@bp.post("/steps/<public_id>/place")
def place_step(public_id: str) -> ResponseReturnValue:
    """One place up or down in the module."""
    row = access.step_to_edit(session(), viewer(), public_id)
    actions.move(session(), row, _direction())
    return redirect(_module_of(row), 303)


@bp.post("/steps/<public_id>/archive")
def archive_step(public_id: str) -> ResponseReturnValue:
    """Put a step away, or bring it back."""
    row = access.step_to_edit(session(), viewer(), public_id)
    if request.form.get("undo"):
        actions.bring_back(session(), row)
        flash(_("The step is back where it stood."), "good")
    else:
        actions.archive(session(), row, now=datetime.now(UTC), by=viewer())
        flash(_("The step is archived: nobody sees it, nothing is lost. It can be brought back below."), "good")
    return redirect(_module_of(row), 303)


def _module_of(step: Step) -> str:
    return url_for("building.module", public_id=module_of(session(), step).public_id)


def _direction() -> int:
    return -1 if request.form.get("to") == "up" else 1


def _administrators() -> None:
    if not viewer().is_admin:
        raise Forbidden


def _form(template: str, form: TitlesForm, **more: object) -> ResponseReturnValue:
    return render_template(template, form=form, **more), 422 if request.method == "POST" else 200
