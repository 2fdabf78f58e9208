"""Institutions, for administrators: found under each of their names, and made one where two are the same."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.i18n import gettext
from app.people import access, countries, queries
from app.people.actions import institutions as actions
from app.people.forms import AliasForm
from app.people.models import Institution
from app.web.access import admin_only
from app.web.forms import page_number
from app.web.session import session

bp = Blueprint("institutions", __name__, url_prefix="/people/institutions", template_folder="../templates")
bp.before_request(admin_only)


@bp.get("")
def index() -> ResponseReturnValue:
    """The list, by name, with its search."""
    search = request.args.get("search", "").strip()
    page = queries.institutions(session(), search, page_number())
    return render_template("people/institutions.html", page=page, search=search, country_name=countries.name)


@bp.get("/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """One institution with its other names."""
    return _page(access.institution_for(session(), public_id), AliasForm(formdata=None))


@bp.post("/<public_id>/names")
def names(public_id: str) -> ResponseReturnValue:
    """Add another name, or take one away."""
    institution, form = access.institution_for(session(), public_id), AliasForm()
    if taken := request.form.get("remove"):
        actions.remove_alias(session(), institution, taken)
        flash(gettext("The other name is removed."), "good")
    elif not form.validate_on_submit():
        return _page(institution, form), 422
    else:
        try:
            actions.name_too(session(), institution, form.name.data or "")
        except Invalid as refused:
            form.refuse({"name": refused.sentence})
            return _page(institution, form), 422
        flash(gettext("The other name is added."), "good")
    return redirect(url_for("institutions.show", public_id=public_id), 303)


@bp.route("/<public_id>/merge", methods=["GET", "POST"])
def merge(public_id: str) -> ResponseReturnValue:
    """Look for the institution that this one is the same as, ask, and make the two one."""
    gone = access.institution_for(session(), public_id)
    wanted = request.values.get("into", "")
    kept = access.institution_for(session(), wanted) if wanted else None
    if request.method == "POST":
        if kept is None:
            raise Invalid(gettext("Choose the institution that stays."))
        actions.merge(session(), gone, kept)
        flash(gettext("The two are one institution now: %(name)s.", name=kept.name), "good")
        return redirect(url_for("institutions.show", public_id=kept.public_id), 303)
    search = request.args.get("search", "").strip()
    page = queries.institutions(session(), search, page_number(), but=gone) if search and kept is None else None
    return render_template(
        "people/institution_merge.html", gone=queries.institution(session(), gone),
        kept=queries.institution(session(), kept) if kept else None, page=page, search=search,
        country_name=countries.name,
    )  # fmt: skip


def _page(institution: Institution, form: AliasForm) -> str:
    line = queries.institution(session(), institution)
    return render_template("people/institution.html", line=line, form=form, country_name=countries.name)
