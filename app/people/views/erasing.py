"""An account is erased, for administrators: asked before, and undone for thirty days."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.i18n import gettext
from app.people import access, queries
from app.people.actions import erasing
from app.people.erased import erased
from app.people.views.persons import bp
from app.web import clock
from app.web.access import viewer
from app.web.limits import writing
from app.web.session import session


@bp.get("/<public_id>/erasure")
def ask_erasure(public_id: str) -> ResponseReturnValue:
    """What goes and what stays, before the yes."""
    person = access.person_for(session(), viewer(), public_id)
    return render_template("people/erase.html", line=queries.person_line(session(), person))


@bp.post("/<public_id>/erasure")
@writing
def erase(public_id: str) -> ResponseReturnValue:
    """The yes."""
    person = access.person_for(session(), viewer(), public_id)
    erasing.erase(session(), person, by=viewer(), now=clock.now())
    flash(gettext("The account is erased. For thirty days this can be undone here."), "good")
    return redirect(url_for("persons.erased_accounts"), 303)


@bp.get("/erased")
def erased_accounts() -> ResponseReturnValue:
    """Those that can still come back."""
    return render_template("people/erased.html", lines=erased(session(), clock.now()))


@bp.post("/erased/<public_id>")
@writing
def restore(public_id: str) -> ResponseReturnValue:
    """Bring one back."""
    row = access.erasure_for(session(), public_id)
    taken = erasing.restore(session(), row, by=viewer(), now=clock.now())
    flash(gettext("The account is back, with its logins and roles. Its password is what it was."), "good")
    if taken:
        flash(
            gettext("Somebody else signs in with %(logins)s meanwhile: they did not come back.",
                    logins=", ".join(taken)), "warn",
        )  # fmt: skip
    return redirect(url_for("persons.show", public_id=public_id), 303)
