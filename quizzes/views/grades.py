"""A learner's own results."""

from flask import Blueprint, render_template

from app.i18n import current
from app.web.access import signed_in, viewer
from app.web.session import session
from quizzes.queries.released import graded

bp = Blueprint("grades", __name__, template_folder="../templates")
bp.before_request(signed_in)


@bp.get("/grades")
def index() -> str:
    """Every attempt handed in, with what is open to see of it."""
    return render_template(
        "quizzes/grades.html", rows=graded(session(), viewer().id, current()), zone=viewer().zone
    )  # fmt: skip
