"""A list of people into a cohort: sent, shown, confirmed."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import TooLarge
from app.i18n import gettext
from app.people import access, listing, queries, sheet
from app.people.actions import enrolment
from app.people.forms import ListForm
from app.people.lacks import lacks
from app.people.listing import ListFlaw, Listing
from app.people.rules import Role
from app.people.sentences import COLUMNS, KINDS, LIST_FLAWS, ROLES, of_trouble
from app.web import clock
from app.web.access import admin_only, viewer
from app.web.session import session

bp = Blueprint("lists", __name__, template_folder="../templates")
bp.before_request(admin_only)
SHOWN = 100
OF_FILES = {ListFlaw.TWO, ListFlaw.FILE_TOO_LONG, ListFlaw.NOT_TEXT}


@bp.route("/cohorts/<public_id>/people/list", methods=["GET", "POST"])
def send(public_id: str) -> ResponseReturnValue:
    """Send a list, see what it leads to, then confirm; doing it again makes nobody twice."""
    if (request.content_length or 0) > 2 * listing.MOST_BYTES:
        raise TooLarge
    cohort = access.cohort_for(session(), viewer(), public_id)
    form = ListForm()
    if not form.validate_on_submit():
        page = render_template("people/list_form.html", cohort=cohort, form=form)
        return page, 422 if request.method == "POST" else 200
    text, read = _read(form)
    form.text.data = text
    if read.flaw:
        form.refuse({"file" if read.flaw in OF_FILES else "text": LIST_FLAWS[read.flaw]})
        return render_template("people/list_form.html", cohort=cohort, form=form), 422
    if request.form.get("correct"):
        return render_template("people/list_form.html", cohort=cohort, form=form)
    role = Role(form.role.data)
    words = {
        "cohort": cohort,
        "form": form,
        "listing": read,
        "kinds": KINDS,
        "roles": ROLES,
        "columns": COLUMNS,
        "why": of_trouble,
    }
    if request.form.get("confirmed"):
        plan = enrolment.carry_out(session(), cohort, read, role, clock.now(), viewer(), request.form.getlist("sure"))
        refused = (
            "\n".join([read.header, *(refusal.raw for refusal in plan.refusals)]).lstrip("\n") if plan.refusals else ""
        )
        words |= {"waiting": queries.count_without_password(session(), cohort), "lacks": lacks(session(), cohort)}
        return render_template("people/list_result.html", plan=plan, refused=refused, **words)
    plan = enrolment.plan(session(), cohort, read, role)
    doubts = [
        (row.sure, gettext("Line %(number)d", number=row.entry.line), of_trouble(row.doubt), "")
        for row in plan.rows
        if row.doubt
    ]
    return render_template("people/list_preview.html", plan=plan, text=text, shown=SHOWN, doubts=doubts, **words)


def _read(form: ListForm) -> tuple[str, Listing]:
    """The text that was pasted, or that of the file, and what can be read in it."""
    text = form.text.data or ""
    if form.file.data:
        if text.strip():
            return text, Listing(flaw=ListFlaw.TWO)
        data = form.file.data.read(listing.MOST_BYTES + 1)
        if data and len(data) > listing.MOST_BYTES:
            return text, Listing(flaw=ListFlaw.FILE_TOO_LONG)
        try:
            text = sheet.decode(data) if data else text
        except sheet.NotText:
            return text, Listing(flaw=ListFlaw.NOT_TEXT)
    if len(text) > listing.MOST_BYTES:
        return text, Listing(flaw=ListFlaw.TOO_LONG)
    return text, listing.parse(text, i18n.offered())
