"""The builder: a date that was set is moved, taken back, or brought back."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from modules import access, actions, words
from modules.forms import MovedForm
from modules.models import Sitting
from modules.queries import building as queries
from modules.queries.overview import module_of, step_title
from modules.queries.titles import title
from modules.views.building import bp
from modules.views.together import begun, saved_meanwhile


@bp.route("/sittings/<public_id>", methods=["GET", "POST"])
def date(public_id: str) -> ResponseReturnValue:
    """Change when and where a cohort meets."""
    sitting = access.sitting_led(session(), viewer(), public_id)
    form, saved = MovedForm(data=begun(sitting)), None
    if form.validate_on_submit():
        saved = saved_meanwhile(sitting, form)
        if saved is None and _moved(sitting, form):
            flash(_("The date is changed. Who was noted as present stays so."), "good")
            return redirect(_back(sitting), 303)
    page = render_template("modules/manage/date.html", form=form, saved=saved, **_of_sitting(sitting))
    return page, 422 if request.method == "POST" else 200


@bp.get("/sittings/<public_id>/removal")
def confirm_drop(public_id: str) -> ResponseReturnValue:
    """What becomes of a date and of its attendance, before it is taken back."""
    sitting = access.sitting_led(session(), viewer(), public_id)
    return render_template(
        "modules/manage/date_removal.html",
        sitting=sitting, words=words, noted=queries.presences(session(), sitting), **_of_sitting(sitting),
    )  # fmt: skip


@bp.post("/sittings/<public_id>/removal")
def drop_date(public_id: str) -> ResponseReturnValue:
    """Take a date back, or bring it back."""
    sitting = access.sitting_led(session(), viewer(), public_id)
    if request.form.get("undo"):
        actions.restore_sitting(session(), sitting, now=datetime.now(UTC))
        flash(_("The date is set again."), "good")
    else:
        actions.drop_sitting(session(), sitting, now=datetime.now(UTC), by=viewer())
        flash(_("The date is taken back and can be brought back below. Who was noted as present stays so."), "good")
    return redirect(_back(sitting), 303)


def _moved(sitting: Sitting, form: MovedForm) -> bool:
    """Whether the date is now what the form says; if not, the form says why."""
    try:
        when = form.when(queries.cohort_of(session(), sitting))
        actions.move_sitting(session(), sitting, when, place=form.place.data or "", now=datetime.now(UTC))
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return False
    return True


def _of_sitting(sitting: Sitting) -> dict[str, object]:
    step = queries.step_of(session(), sitting)
    module = module_of(session(), step)
    return {
        "cohort": queries.cohort_of(session(), sitting), "step": step, "module": module, "back": _back(sitting),
        "module_name": words.numbered(module.number, title(module, i18n.current())),
        "title": step_title(session(), step, i18n.current()),
    }  # fmt: skip


def _back(sitting: Sitting) -> str:
    return url_for("building.dates", public_id=queries.step_of(session(), sitting).public_id)
