"""Search in what is said: one field, and results that lead to the second."""

from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import i18n
from app.web.access import viewer
from app.web.session import session
from modules import words
from modules.queries import searching
from modules.views.learning import bp


@bp.get("/search")
def search() -> ResponseReturnValue:
    """The passages of the recordings that are open to somebody in which these words are said."""
    typed, module = request.args.get("q", ""), request.args.get("module", searching.EVERYWHERE)
    results = searching.results(
        session(), viewer(), typed, i18n.current(), datetime.now(UTC),
        number=request.args.get("page", 1, type=int), module=module,
    )  # fmt: skip
    return render_template("modules/search.html", results=results, asked=module, words=words)
