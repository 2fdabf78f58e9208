"""What one is told."""

from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.notices import access, actions, queries
from app.web import clock
from app.web.access import signed_in, viewer
from app.web.addresses import own_path
from app.web.forms import page_number
from app.web.session import after_answer, session

bp = Blueprint("notices", __name__, url_prefix="/notices", template_folder="templates")
bp.before_request(signed_in)


@bp.get("")
def index() -> ResponseReturnValue:
    """The list, newest first, with what is new."""
    page = queries.page_of(session(), viewer(), clock.now(), page_number())
    return render_template("notices/index.html", page=page, zone=viewer().zone)


@bp.get("/<public_id>")
def follow(public_id: str) -> ResponseReturnValue:
    """Go to what the notice is about; it is read then."""
    notice = access.notice_for(session(), viewer(), public_id, clock.now())
    read = partial(actions.read, person_id=viewer().id, now=clock.now(), public_id=public_id)
    after_answer(read)
    return redirect(own_path(notice.path) if notice.path else url_for("notices.index"), 303)


@bp.post("/read")
def read() -> ResponseReturnValue:
    """All of them are read."""
    actions.read(session(), viewer().id, clock.now())
    return redirect(url_for("notices.index"), 303)
