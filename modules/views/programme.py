"""The report of a programme, for administrators, and of their own cohorts for observers."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import i18n
from app.db import within
from app.errors import Invalid, NotFound
from app.people.rules import Role
from app.web import tables
from app.web.access import only, viewer
from app.web.forms import page_number
from app.web.session import session
from modules import access, rules
from modules.queries import programme as queries
from modules.queries.completions import completions as completions_of
from modules.queries.programme import DIMENSIONS
from modules.words import programme as told

PAGE = 50  # Cohorts; the files have all of them.

bp = Blueprint("programme", __name__, url_prefix="/programme", template_folder="../templates")
bp.before_request(only(Role.OBSERVER))


@bp.get("")
def show() -> ResponseReturnValue:
    """Five tables over the people who came in a period."""
    chosen = {name: request.args.get(name, "") for name in ("cycle", "since", "until")}
    cycles, report, months, wrong = queries.cycles(session(), i18n.current()), None, list[str](), ""
    if cycles:
        try:
            wanted = access.programme_of(session(), viewer(), **chosen)
            first = queries.first_since(session(), wanted)
            months = rules.months(first, datetime.now(UTC)) if first else []
            report = queries.programme(session(), wanted, i18n.current())
            chosen["cycle"] = wanted.cycle.public_id
        except Invalid as refusal:
            wrong = str(next(iter(refusal.fields.values())))
    number, pages = within(page_number(), len(report.groups["cohort"]) if report else 0, PAGE)
    page = render_template(
        "modules/programme.html", number=number, pages=pages, page_size=PAGE, cycles=cycles, chosen=chosen,
        months=months, report=report, wrong=wrong, told=told,
        dimensions=DIMENSIONS, lang=i18n.current(), zone="UTC", whole=viewer().is_admin,
        asked={name: typed for name, typed in chosen.items() if typed},
    )  # fmt: skip
    return page, 422 if wrong else 200


@bp.get("/<any(module, cohort, country, institution, gender):dimension>.<any(csv, xlsx):table_type>")
def table(dimension: str, table_type: str) -> ResponseReturnValue:
    """One of the tables, with the same figures hidden."""
    asked = {name: request.args.get(name, "") for name in ("cycle", "since", "until")}
    wanted = access.programme_of(session(), viewer(), **asked)
    report, lang = queries.programme(session(), wanted, i18n.current()), i18n.current()
    title = next((title for row, title in queries.cycles(session(), lang) if row.id == wanted.cycle.id), None)
    if title is None:
        raise NotFound
    named = told.file_name(dimension, title, datetime.now(UTC))
    return tables.answer(told.table(report, dimension, named, lang), table_type)


@bp.get("/completions.<any(csv, xlsx):table_type>")
def completions(table_type: str) -> ResponseReturnValue:
    """All that was done in a cycle, row by row, for administrators."""
    lang = i18n.current()
    cycle = access.cycle_whole(session(), viewer(), request.args.get("cycle", ""))
    title = next(title for row, title in queries.cycles(session(), lang) if row.id == cycle.id)
    rows = completions_of(session(), cycle, lang)
    return tables.answer(told.completions_table(rows, title, datetime.now(UTC)), table_type)
