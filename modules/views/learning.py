"""Home, modules and their pages: for everybody who has signed in."""

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import i18n
from app.people.rules import Role
from app.web.access import signed_in, viewer
from app.web.session import session
from modules import access, kinds, panels, stands, words
from modules.queries import home as home_queries
from modules.queries import leading, overview, standing, teaching

bp = Blueprint("modules", __name__, template_folder="../templates")
bp.before_request(signed_in)


@bp.get("/")
def home() -> ResponseReturnValue:
    """What is left, where to go on, what is due; for trainers and administrators, what waits for them."""
    now, person = datetime.now(UTC), viewer()
    trained = person.cohorts_as(Role.TRAINER)
    learns = bool(person.cohorts_as(Role.LEARNER)) or not (trained or person.is_admin)
    return render_template(
        "modules/home.html",
        home=home_queries.home(session(), person, i18n.current(), now) if learns else None,
        led=leading.led_cohorts(session(), trained, now) if trained else [],
        things=leading.state_of_things(session()) if person.is_admin else None,
        lines=panels.lines(session(), person, now),
        words=words,
        now=now,
        person=person,
    )


@bp.get("/modules")
def index() -> ResponseReturnValue:
    """The modules that are open to somebody: one's own with progress, all for administrators."""
    now, person = datetime.now(UTC), viewer()
    leads = person.is_admin or person.holds(Role.TRAINER)
    mine = None if person.is_admin else person.cohorts_as(Role.TRAINER)
    return render_template(
        "modules/index.html",
        cycles=overview.cycles(session(), person, i18n.current(), now),
        given=teaching.given(session(), mine) if leads else {},
        may_edit=leads,
        words=words,
        now=now,
    )


@bp.get("/modules/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """The steps of a module, in order, each with its state."""
    now, person = datetime.now(UTC), viewer()
    row = access.module_for(session(), person, public_id)
    view = standing.module_for_viewer(session(), row, person, i18n.current(), now)
    return render_template(
        "modules/module.html",
        module=view,
        about=stands.about(session(), person, view),
        labels={kind.name: kind.label for kind in kinds.every()},
        may_edit=overview.may_edit(session(), person, row),
        words=words,
        now=now,
    )
