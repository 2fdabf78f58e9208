"""Two accounts of one person, for administrators: looked at side by side, made one, and parted again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.i18n import gettext
from app.people import access, comparing, queries
from app.people.actions import merging
from app.people.views.persons import bp
from app.web import clock
from app.web.access import viewer
from app.web.forms import page_number
from app.web.limits import writing
from app.web.session import session


@bp.get("/<public_id>/merge")
def merge(public_id: str) -> ResponseReturnValue:
    """Look for the other account; then both side by side, before the yes."""
    kept = access.person_for(session(), viewer(), public_id)
    wanted, search = request.args.get("with", ""), request.args.get("search", "").strip()
    if wanted:
        gone = access.person_for(session(), viewer(), wanted)
        lines = comparing.compared(session(), [kept, gone]) if gone.id != kept.id else None
        return render_template("people/merge.html", kept=kept, gone=gone, lines=lines)
    page = queries.people(session(), search, number=page_number()) if search else None
    return render_template("people/merge_find.html", kept=kept, page=page, search=search)


@bp.post("/<public_id>/merge")
@writing
def make_one(public_id: str) -> ResponseReturnValue:
    """The yes."""
    kept = access.person_for(session(), viewer(), public_id)
    if not (wanted := request.form.get("with", "")):
        raise Invalid(gettext("Choose the other account."))
    gone = access.person_for(session(), viewer(), wanted)
    name = gone.name
    merging.merge(session(), gone, kept, by=viewer(), now=clock.now())
    flash(gettext("The two accounts are one now. %(name)s signs in here with either login.", name=name), "good")
    return redirect(url_for("persons.show", public_id=public_id), 303)


@bp.post("/<public_id>/merge/end")
@writing
def part(public_id: str) -> ResponseReturnValue:
    """Two accounts again."""
    kept = access.person_for(session(), viewer(), public_id)
    row = access.merge_for(session(), kept, request.form.get("gone", ""))
    if merging.part(session(), row, by=viewer(), now=clock.now()):
        flash(gettext("The two accounts are parted again. Each has what it had before."), "good")
    else:
        flash(gettext("The two accounts were parted already."), "neutral")
    return redirect(url_for("persons.show", public_id=public_id), 303)
