"""The rules of a module: written, looked at, kept as a new version; every version with what it changed."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.db import within
from app.errors import Conflict
from app.i18n import _
from app.people.rules import Role
from app.web.access import viewer
from app.web.session import session
from modules import access, actions, rule_form, words
from modules.models import Module
from modules.queries import building as queries
from modules.queries.rule_versions import versions
from modules.queries.titles import title
from modules.queries.weighing import weighed
from modules.views.building import bp

PAGE = 50


@bp.get("/modules/<public_id>/rules")
def rules(public_id: str) -> ResponseReturnValue:
    """The newest rules in a form, or those of an earlier version, to make them again."""
    module = access.module_to_edit(session(), viewer(), public_id)
    known = versions(session(), module.id)
    wanted = request.args.get("from", type=int)
    chosen = next((each for each in known if each.number == wanted), known[0] if known else None)
    lines = queries.steps_of(session(), module, i18n.current()).lines
    form = rule_form.filled(lines, chosen.terms if chosen else {})
    again = wanted if chosen and known and chosen.number != known[0].number else None
    return _page(module, form, number=known[0].number if known else 0, again=again)


@bp.post("/modules/<public_id>/rules")
def save_rules(public_id: str) -> ResponseReturnValue:
    """Look at what it would change, or keep it."""
    module, now = access.module_to_edit(session(), viewer(), public_id), datetime.now(UTC)
    known = versions(session(), module.id)
    lines = queries.steps_of(session(), module, i18n.current()).lines
    form = rule_form.typed(lines, request.form, known[0].terms if known else {})
    number = request.form.get("number", 0, type=int)
    if not form.errors and request.form.get("keep"):
        try:
            version = actions.rule(session(), module, form.terms, number, now=now, by=viewer())
        except Conflict as refusal:
            form.errors.append(("", refusal.sentence))
        else:
            flash(
                _(
                    "Rule %(number)d is there, for cohorts that are given the module from now on.",
                    number=version.number,
                ),
                "good",
            )
            return redirect(url_for("building.rules", public_id=public_id), 303)
    newest = known[0].number if known else 0
    return _page(module, form, number=newest, preview=not form.errors), 422 if form.errors else 200


def _page(
    module: Module, form: rule_form.RuleForm, *, number: int, preview: bool = False, again: int | None = None
) -> str:
    now, lang = datetime.now(UTC), i18n.current()
    lines = queries.steps_of(session(), module, lang).lines
    titles = {line.row.public_id: line.title for line in lines}
    mine = None if viewer().is_admin else viewer().cohorts_as(Role.TRAINER)
    cohorts = weighed(session(), module, form.terms, mine, now) if preview else []
    told = [(line, who, kind) for line in cohorts for kind in ("lose", "gain") for who in getattr(line, kind)]
    page, pages = within(request.form.get("page", 1, type=int), len(told), PAGE)
    return render_template(
        "modules/manage/rules.html",
        module=module, title=title(module, lang), asked=form, number=number, preview=preview, again=again,
        cohorts=cohorts, told=told[(page - 1) * PAGE : page * PAGE], page=page, pages=pages, words=words,
        versions=[
            (each, words.rule_differences(each.changed(titles), titles)) for each in versions(session(), module.id)
        ],
    )  # fmt: skip
