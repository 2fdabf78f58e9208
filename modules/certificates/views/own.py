"""One certificate: for whoever it was issued to, and who leads the cohort; revoking it, and issuing it anew."""

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Invalid
from app.i18n import _
from app.web.access import signed_in, viewer
from app.web.once import once
from app.web.session import session
from modules.certificates import access, actions, words
from modules.certificates.forms import RevokeForm
from modules.certificates.models import Certificate
from modules.certificates.printing import PDF, file_name, printed
from modules.certificates.queries import records
from modules.certificates.rules.earning import Record
from modules.certificates.views.cohort import press
from modules.certificates.views.site import key, site

bp = Blueprint("certificates", __name__, url_prefix="/certificates", template_folder="../templates")
bp.before_request(signed_in)


@bp.get("")
def index() -> str:
    """One's own."""
    return render_template("certificates/own.html", rows=records.of_person(session(), viewer()), said=words)


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    """What it says, on which facts and rules it stands, and its files."""
    row = access.readable(session(), viewer(), public_id)
    return _page(row)


@bp.get("/<public_id>/certificate.pdf")
def paper(public_id: str) -> ResponseReturnValue:
    """The PDF, drawn from what was frozen."""
    row = access.readable(session(), viewer(), public_id)
    answer = Response(printed(words.sheet(row, site()), key()), mimetype=PDF)
    answer.headers.set("Content-Disposition", "inline", filename=file_name(row))
    return answer


@bp.route("/<public_id>/revoke", methods=["GET", "POST"])
@once
def revoke(public_id: str) -> ResponseReturnValue:
    """Say that it holds no longer, and why."""
    row, cohort = access.led(session(), viewer(), public_id)
    form = RevokeForm()
    if form.validate_on_submit():
        try:
            actions.revoke(session(), row, form.why.data or "", by=viewer(), now=datetime.now(UTC))
        except Invalid as refusal:
            form.refuse(refusal.fields or {"why": refusal.sentence})
        else:
            flash(_("The certificate is revoked. Whoever checks it reads so."), "good")
            return redirect(url_for("certificates.show", public_id=public_id), 303)
    page = render_template("certificates/revoke.html", row=row, cohort=cohort, form=form)
    return page, 422 if request.method == "POST" else 200


@bp.post("/<public_id>/reissue")
def reissue(public_id: str) -> ResponseReturnValue:
    """The same under the name that the person has now."""
    row, cohort = access.led(session(), viewer(), public_id)
    try:
        made = actions.reissue(session(), row, press(cohort, row.lang))
    except Invalid as refusal:
        return _page(row, str(next(iter(refusal.fields.values()), refusal.sentence))), 422
    flash(_("The certificate is issued anew under the corrected name. The old one says what replaced it."), "good")
    return redirect(url_for("certificates.show", public_id=made.public_id), 303)


def _page(row: Certificate, refused: str = "") -> str:
    found = records.by_number(session(), row.number)
    leads = access.leads(session(), viewer(), row)
    return render_template(
        "certificates/certificate.html", row=row, found=found, record=Record.read(row.record), said=words, leads=leads,
        refused=refused, written_in=i18n.endonym(row.lang),
    )  # fmt: skip
