"""What anyone may ask: whether a certificate holds, and the keys by which to see it without us.

Who shows the signed text knows already what it says, and reads it again beside the answer. A bare number tells nobody
whose it is: only whether it holds.
"""

from enum import StrEnum

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from app.web.access import open_to_all
from app.web.limits import limiter
from app.web.session import only_reads, session
from modules.certificates import words
from modules.certificates.forms import CheckForm
from modules.certificates.queries import records
from modules.certificates.queries.records import Issued
from modules.certificates.rules.claims import Claims, Flaw, NotCertified, found_in
from modules.certificates.rules.numbers import number_in
from modules.certificates.rules.signing import Keys, jwk_of, key_id, pem_of, verified
from modules.certificates.views.site import key

bp = Blueprint("certificate_check", __name__, template_folder="../templates")
bp.before_request(open_to_all)
ASKING = "60 per minute"


class State(StrEnum):
    """What is answered."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"


@bp.get("/certificates/check")
def ask() -> str:
    """A field for a number or the text of a code."""
    return render_template("certificates/check.html", form=CheckForm(), state=None)


@bp.post("/certificates/check")
@limiter.limit(ASKING)
@only_reads
def answer() -> ResponseReturnValue:
    """What holds of what was typed."""
    form = CheckForm()
    written = form.text.data or ""
    if form.validate_on_submit() and (text := found_in(written)):
        return _of_text(text, form)
    if number := number_in(written):
        found = records.by_number(session(), number)
        return render_template("certificates/check.html", form=form, number=number, found=found, state=_state(found))
    form.refuse({"text": words.NOTHING if not written.strip() else words.FLAWS[Flaw.UNREADABLE]})
    return render_template("certificates/check.html", form=form, state=None), 422


@bp.get("/C/<text>")
@limiter.limit(ASKING)
def scanned(text: str) -> ResponseReturnValue:
    """Where the code on a certificate leads."""
    return _of_text(found_in(text) or "", CheckForm())


@bp.get("/certificates/keys")
def pem() -> Response:
    """All public keys that have signed or sign now, one after the other."""
    return Response("".join(pem_of(each) for each in _keys().values()), mimetype="text/plain")


@bp.get("/certificates/keys.json")
def jwks() -> Response:
    """The same as a JSON Web Key Set."""
    return jsonify(keys=[jwk_of(each) for each in _keys().values()])


def _of_text(text: str, form: CheckForm) -> ResponseReturnValue:
    try:
        claims = verified(text, _keys())
    except NotCertified as refusal:
        flaw = words.FLAWS[refusal.flaw]
        return render_template("certificates/check.html", form=form, flaw=flaw, state=None), 422
    found = records.by_number(session(), claims.number)
    return render_template(
        "certificates/check.html", form=form, claims=claims, facts=words.claimed(claims), number=claims.number,
        found=found, state=_state(found, claims),
    )  # fmt: skip


def _state(found: Issued | None, claims: Claims | None = None) -> State:
    if found is None or (claims and found.row.name != claims.name):
        return State.UNKNOWN
    if found.row.revoked_at:
        return State.REVOKED
    return State.REPLACED if found.row.replaced_at else State.VALID


def _keys() -> Keys:
    public = key().public_key()
    return {**records.published(session()), key_id(public): public}
