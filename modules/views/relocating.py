"""The builder: a step goes over to another module."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import _
from app.web.access import viewer
from app.web.forms import choices
from app.web.limits import writing
from app.web.session import session
from modules import access, actions
from modules.forms import ElsewhereForm
from modules.models import Module, Step
from modules.queries import relocating as queries
from modules.queries.overview import module_of
from modules.queries.titles import title
from modules.views.building import bp


@bp.get("/steps/<public_id>/module")
def ask_relocation(public_id: str) -> ResponseReturnValue:
    """Choose the other module; then for whom that means what, before the yes."""
    step = access.step_to_edit(session(), viewer(), public_id)
    chosen = request.args.get("module", "")
    form = _form(step, formdata=None, module=chosen)
    return _page(step, form, access.module_to_edit(session(), viewer(), chosen) if chosen else None)


@bp.post("/steps/<public_id>/module")
@writing
def relocate(public_id: str) -> ResponseReturnValue:
    """The yes."""
    step = access.step_to_edit(session(), viewer(), public_id)
    form = _form(step)
    if not form.validate_on_submit():
        return _page(step, form, None), 422
    to = access.module_to_edit(session(), viewer(), form.module.data)
    try:
        actions.relocate(session(), step, to, now=datetime.now(UTC), by=viewer())
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return _page(step, form, to), 422
    flash(_("The step is in “%(module)s” now, with all that was done of it.", module=title(to, i18n.current())), "good")
    return redirect(url_for("building.module", public_id=to.public_id), 303)


def _form(step: Step, **given: object) -> ElsewhereForm:
    form = ElsewhereForm(**given)
    form.module.choices = choices(queries.others(session(), viewer(), step.module_id, i18n.current()), _("Choose"))
    return form


def _page(step: Step, form: ElsewhereForm, to: Module | None) -> str:
    lang, here = i18n.current(), module_of(session(), step)
    return render_template(
        "modules/manage/relocate.html", form=form, step=step, module=here, to=to, step_title=title(step, lang),
        title=title(here, lang), there=title(to, lang) if to else "",
        meaning=queries.meaning(session(), here.id, to.id, step) if to else None,
    )  # fmt: skip
