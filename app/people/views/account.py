"""One's own account: details, password, tokens, sessions."""

from datetime import datetime

import flask
from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user
from sqlalchemy.orm import Session

from app import i18n
from app.errors import TooMany
from app.i18n import gettext
from app.people import access, countries, passwords, queries, zones
from app.people.actions import accounts as actions
from app.people.actions import sessions
from app.people.actions.codes import end_codes
from app.people.codes import still_shown, token_of
from app.people.forms import DetailsForm, PasswordForm, TokenForm, details_of
from app.people.models import ApiToken, Person
from app.people.sentences import KINDS, ROLES
from app.people.views.sign_in import BY_CODE, key, known_here
from app.web import clock
from app.web.access import signed_in, viewer
from app.web.language import forget_link
from app.web.limits import limiter, writing
from app.web.session import end_reading, reading, session

MOST_TOKENS = 50

bp = Blueprint("account", __name__, url_prefix="/account", template_folder="../templates")
bp.before_request(signed_in)


@bp.get("")
def show() -> ResponseReturnValue:
    """What is known about the viewer, and what can be changed."""
    person = access.person_for(session(), viewer(), viewer().public_id)
    return render_template(
        "people/account.html", line=queries.person_line(session(), person), kinds=KINDS, roles=ROLES,
        country_name=countries.name, zone_name=zones.shown, endonym=i18n.endonym, here=viewer().sign_in_id,
        devices=sessions.open_ones(session(), person, clock.now()), admin=viewer().is_admin,
    )  # fmt: skip


@bp.get("/details")
def details() -> ResponseReturnValue:
    """The form for one's details."""
    person = access.person_for(session(), viewer(), viewer().public_id)
    return render_template("people/account_details.html", form=_details_form(person), person=person)


@bp.post("/details")
@writing
def change_details() -> ResponseReturnValue:
    """Change one's details."""
    person = access.person_for(session(), viewer(), viewer().public_id)
    form = _details_form(person)
    if not form.validate_on_submit():
        return render_template("people/account_details.html", form=form, person=person), 422
    actions.change_details(session(), person, form.details())
    forget_link()
    flash(gettext("Your details are saved."), "good")
    return redirect(url_for("account.show"), 303)


@bp.get("/password")
def password() -> ResponseReturnValue:
    """The form for a new password."""
    return _password_page(_password_form(session()), 200)


@bp.post("/password")
@limiter.limit("10 per 15 minutes")
def change_password() -> ResponseReturnValue:
    """Check and hash outside of the write transaction; then every other session ends."""
    form = _password_form(reading())
    stored = viewer().password_hash
    end_reading(viewer())
    if not form.validate_on_submit():
        return _password_page(form, 422)
    if "current" in form and not passwords.verified(stored, form.current.data or ""):
        form.refuse({"current": gettext("This is not your current password.")})
        return _password_page(form, 422)
    hashed = passwords.hashed(form.password.data or "")
    session()
    person, now = viewer(), clock.now()
    _stay_here(person, now)
    person.password_hash = hashed
    end_codes(session(), [person.id], now)
    if "revoke" in form and form.revoke.data:
        actions.revoke_tokens(session(), person, now)
    if flask.session.pop(BY_CODE, None):
        flash(gettext("Your password is saved. Use it the next time you sign in."), "good")
        return known_here(redirect("/", 303), person)
    flash(gettext("Your password is changed. All other devices are signed out."), "good")
    return known_here(redirect(url_for("account.show"), 303), person)


@bp.post("/sessions/end")
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    session()
    _stay_here(viewer(), clock.now())
    flash(gettext("All other devices are signed out."), "good")
    return redirect(url_for("account.show"), 303)


@bp.post("/sessions/<public_id>/end")
def end_session(public_id: str) -> ResponseReturnValue:
    """Sign one device out."""
    device = access.sign_in_for(session(), viewer(), public_id)
    sessions.end(session(), device.public_id, clock.now())
    flash(gettext("This device is signed out."), "good")
    return redirect(url_for("account.show"), 303)


@bp.get("/tokens")
def tokens() -> ResponseReturnValue:
    """The tokens that open the door to machines."""
    return _tokens_page(TokenForm(), 200)


@bp.post("/tokens")
def make_token() -> ResponseReturnValue:
    """A new token, shown this once: the same form again shows it again for a short while, and makes no other."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _tokens_page(form, 422)
    token = token_of(form.seed.data or "", viewer().id, form.name.data or "", key())
    made = actions.make_token(session(), viewer(), token, form.name.data or "", clock.now())
    if len(queries.tokens(session(), viewer())) > MOST_TOKENS:
        raise TooMany(gettext("You have 50 tokens: revoke one that is no longer used."))
    if made.revoked_at:
        flash(gettext("This token was revoked. Make another one."), "warn")
        return redirect(url_for("account.tokens"), 303)
    if not still_shown(made.made_at, clock.now()):
        flash(gettext("This had arrived already, and is saved once."), "good")
        return redirect(url_for("account.tokens"), 303)
    return _tokens_page(TokenForm(formdata=None), 200, token, made)


@bp.post("/tokens/<public_id>/revocation")
def revoke_token(public_id: str) -> ResponseReturnValue:
    """End one token."""
    token = access.token_for(session(), viewer(), public_id)
    actions.revoke_token(session(), token, clock.now())
    flash(gettext("The token “%(name)s” no longer opens anything.", name=token.name), "good")
    return redirect(url_for("account.tokens"), 303)


def _details_form(person: Person) -> DetailsForm:
    """Here one is chosen: the language that speaks, where there is none yet."""
    return DetailsForm(data=details_of(person) | {"language": person.language or i18n.current()})


def _password_form(asked: Session) -> PasswordForm:
    by_code = bool(flask.session.get(BY_CODE)) or viewer().password_hash is None
    known, tokens = queries.login_words(asked, viewer()), queries.tokens(asked, viewer())
    return PasswordForm(known=known, by_code=by_code, tokens=bool(tokens))


def _password_page(form: PasswordForm, status: int) -> Response:
    welcome = bool(flask.session.get(BY_CODE))
    return make_response(render_template("people/account_password.html", form=form, welcome=welcome), status)


def _tokens_page(form: TokenForm, status: int, token: str = "", made: ApiToken | None = None) -> Response:
    kept = queries.tokens(session(), viewer())
    page = render_template(
        "people/account_tokens.html", form=form, tokens=kept, token=token, made=made, person_zone=viewer().zone
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _stay_here(person: Person, now: datetime) -> None:
    """All devices are signed out; the cookie of this one names a new sign-in and lasts as long as it did."""
    sessions.renew(session(), person, now)
    permanent, by_code = flask.session.permanent, flask.session.get(BY_CODE)
    login_user(person)
    flask.session.permanent = permanent
    if by_code:
        flask.session[BY_CODE] = True
