"""What is left: one page over all modules, to print and to take along."""

from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import i18n
from app.i18n import _
from app.web import tables
from app.web.access import viewer
from app.web.session import session
from modules import words
from modules.queries import home as home_queries
from modules.queries.left import left as left_of
from modules.views.learning import bp
from modules.views.steps import FORMAT
from modules.words import remaining as told


def _wanted() -> str:
    return request.args.get(FORMAT) or request.cookies.get(FORMAT) or ""


@bp.get("/left")
def left() -> ResponseReturnValue:
    """Minutes, megabytes, last days, and the missing passages as links that play them."""
    now, person = datetime.now(UTC), viewer()
    home = home_queries.home(session(), person, i18n.current(), now)
    return render_template(
        "modules/left.html", home=home, left=left_of(home, _wanted()), words=words, told=told, now=now, person=person
    )


@bp.get("/left.<any(csv, xlsx):table_type>")
def left_table(table_type: str) -> ResponseReturnValue:
    """The same as a table."""
    now, person = datetime.now(UTC), viewer()
    home = home_queries.home(session(), person, i18n.current(), now)
    zone = next((module.zone for module in home.modules if module.zone), None) or "UTC"
    name = tables.named(_("what is left"), person.name, now, zone)
    return tables.answer(told.left_table(left_of(home, _wanted()), name, zone), table_type)
