"""The builder: what a step holds, one form per kind; kinds of other rooms are edited in their own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import i18n
from app.errors import DomainError, Invalid, NotFound, TooLarge
from app.i18n import _, lazy
from app.text import render
from app.web.access import viewer
from app.web.forms import choices
from app.web.limits import LARGEST_BODY, takes
from app.web.once import once
from app.web.session import end_reading, reading, session
from app.web.shared import Saved
from media.actions import promises
from media.uploads import DiskFull
from modules import access, actions, kinds, words
from modules.forms import FILES, NEW_STEP_FORMS, STEP_FORMS, FileForm, PageForm, RecordingForm, TitlesForm
from modules.models import Module, Step
from modules.queries import building as queries
from modules.queries.overview import module_of
from modules.queries.reach import reach
from modules.queries.shares import shares
from modules.queries.titles import title
from modules.views.building import bp
from modules.views.sending import LARGEST_FILE, forget_later, keep
from modules.views.together import begun, saved_meanwhile


@bp.route("/modules/<public_id>/steps/new/<kind>", methods=["GET", "POST"])
@takes(LARGEST_FILE + LARGEST_BODY)
@once
def add_step(public_id: str, kind: str) -> ResponseReturnValue:
    """Add a step of a kind at the end of a module."""
    known = {each.name: each for each in kinds.every()}
    if kind not in known:
        raise NotFound
    form_type = NEW_STEP_FORMS.get(kind, TitlesForm)
    file, refused = _file(lambda asking: (access.module_to_edit(asking, viewer(), public_id), form_type)[1])
    module = access.module_to_edit(session(), viewer(), public_id)
    form = _prepared(form_type(), None)
    if _holds(form, refused):
        try:
            content = {**file, **_content(form), **_first_share(form)}
            step = actions.add_step(session(), module, kind, form.titles(), now=datetime.now(UTC), **content)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        else:
            flash(_("The step is there."), "good")
            return redirect(_after(module, step), 303)
    return _page(form, module, None, known[kind].label, refused=refused)


@bp.route("/steps/<public_id>", methods=["GET", "POST"])
@takes(LARGEST_FILE + LARGEST_BODY)
def step(public_id: str) -> ResponseReturnValue:
    """Change a step of this room; other kinds open in theirs."""
    file, refused = _file(
        lambda asking: STEP_FORMS.get(access.step_to_edit(asking, viewer(), public_id).kind, TitlesForm)
    )
    row = access.step_to_edit(session(), viewer(), public_id)
    module = module_of(session(), row)
    form = _prepared(STEP_FORMS.get(row.kind, TitlesForm)(data=begun(row)), row)
    saved = None
    if _holds(form, refused):
        saved = saved_meanwhile(row, form)
        replaced = row.file_key if file else None
        if saved is None and _saved(row, form, file):
            forget_later(replaced)
            flash(_("Saved."), "good")
            return redirect(url_for("building.module", public_id=module.public_id), 303)
    return _page(form, module, row, kinds.get(row.kind).label, saved, refused)


def _holds(form: TitlesForm, refused: DomainError | None) -> bool:
    """Whether what was sent is to be kept. A file that found no room is told of beside its field."""
    valid = form.validate_on_submit()
    if refused:
        form.refuse({"file": refused.sentence})
    return valid and not refused and not request.form.get("preview")


def _saved(row: Step, form: TitlesForm, file: dict[str, Any]) -> bool:
    """Whether the step now holds what the form says; if not, the form says why."""
    try:
        actions.name(session(), row, form.titles())
        actions.fill(session(), row, **file, **_content(form))
        _keep_threshold(row, form)
    except Invalid as refusal:
        form.refuse(refusal.fields)
        return False
    return True


def _page(
    form: TitlesForm,
    module: Module,
    row: Step | None,
    label: Any,
    saved: list[Saved] | None = None,
    refused: DomainError | None = None,
) -> ResponseReturnValue:
    preview = None
    if isinstance(form, PageForm) and request.form.get("preview") and form.body.data:
        preview = render(form.body.data)
    asked = shares(session(), viewer(), module, row) if isinstance(form, RecordingForm) else []
    page = render_template(
        "modules/manage/step.html", words=words, shares=asked,
        reach=None if row else reach(session(), viewer(), module.id),
        form=form, module=module, step=row, label=label, preview=preview, saved=saved,
        module_name=words.numbered(module.number, title(module, i18n.current())),
        kind=kinds.get(row.kind) if row else None, largest=LARGEST_FILE, accepted=FILES,
    )  # fmt: skip
    return page, refused.status if refused else 422 if request.method == "POST" and form.errors else 200


def _prepared(form: TitlesForm, row: Step | None) -> TitlesForm:
    if isinstance(form, RecordingForm):
        form.recording.choices = choices(
            words.recordings(queries.recordings(session(), row)), lazy("Choose a recording")
        )
    return form


def _content(form: TitlesForm) -> dict[str, Any]:
    if isinstance(form, RecordingForm):
        return {"recording_id": queries.recording_id(session(), form.recording.data)}
    if isinstance(form, PageForm):
        return {"body": form.body.data or "", "lang": form.lang.data}
    return {}


def _file(form_for: Callable[[Session], type[TitlesForm]]) -> tuple[dict[str, Any], DomainError | None]:
    """What a file step will hold, kept before the write transaction begins: {} where no good file was sent, or where
    there was no room for it, which is the second."""
    if request.method != "POST" or not request.files.get("file") or request.form.get("preview"):
        return {}, None
    try:
        asked = reading()
        form_type, promised = form_for(asked), promises(asked)
    finally:
        end_reading(viewer())
    form = form_type()
    try:
        return keep(form.file.data, promised) if isinstance(form, FileForm) and form.validate() else {}, None
    except (DiskFull, TooLarge) as refusal:
        return {}, refusal


def _first_share(form: TitlesForm) -> dict[str, float]:
    return {"share": float(form.threshold.data or 0) / 100} if isinstance(form, RecordingForm) else {}


def _keep_threshold(row: Step, form: TitlesForm) -> None:
    if isinstance(form, RecordingForm) and form.threshold.data is not None:
        share = float(form.threshold.data) / 100
        actions.set_threshold(session(), row, share, now=datetime.now(UTC), by=viewer())


def _after(module: Module, row: Step) -> str:
    """Where to go on: kinds of other rooms open their own form, days in person their dates."""
    elsewhere = kinds.get(row.kind).edit_endpoint
    if elsewhere:
        return url_for(elsewhere, public_id=row.public_id)
    if row.kind == "in_person":
        return url_for("building.dates", public_id=row.public_id)
    return url_for("building.module", public_id=module.public_id)
