"""The door of the house: sign in by password or code, and sign out."""

from datetime import datetime

import flask
from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from app.i18n import gettext
from app.people import devices, passwords
from app.people.actions import sessions
from app.people.actions import sign_in as actions
from app.people.contents import contents
from app.people.forms import CodeForm, SignInForm
from app.people.known_devices import COOKIE, KEPT_FOR
from app.people.models import Person
from app.web import clock
from app.web.access import open_to_all
from app.web.addresses import own_path
from app.web.language import chosen_here
from app.web.session import at_once, end_reading, reading, session

bp = Blueprint("people", __name__, template_folder="../templates")
bp.before_request(open_to_all)
DOORS = ("people.sign_in", "people.code", "account.password")  # Where the cookie of a known device is read and renewed.
BY_CODE = "by_code"  # In the cookie of who came in by a code: may choose a password without the current one.


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The title page with the form."""
    if current_user.is_authenticated:
        return redirect(own_path(request.args.get("next")), 303)
    return _title_page(SignInForm(), 200)


@bp.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Check the password outside of any transaction, then let the person in."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _title_page(form, 422)
    now, password = clock.now(), form.password.data or ""
    knock = actions.knock(reading(), form.login.data or "", request.cookies.get(COOKIE, ""), key())
    try_id = _reserve(knock, now)
    if not passwords.verified(knock.password_hash, password):
        form.refuse({"password": gettext("What you sign in with or the password is not right. Check both.")})
        return _title_page(form, 422)
    person = actions.enter(session(), knock, try_id, password)
    _admit(person, bool(form.stay.data))
    return known_here(redirect(own_path(request.args.get("next")), 303), person)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session, and every copy of its cookie."""
    if current_user.is_authenticated:
        sessions.end(session(), current_user.get_id(), clock.now())
    logout_user()
    flask.session.clear()
    return redirect(url_for("people.sign_in"), 303)


@bp.get("/sign-in/forgotten")
def forgotten() -> ResponseReturnValue:
    """What to do without a password."""
    return render_template("people/forgotten.html")


@bp.get("/code")
@bp.get("/code/<secret>", endpoint="code_link")
def code(secret: str = "") -> ResponseReturnValue:
    """The form for a one-time code; opening a link only fills it in."""
    return _code_page(CodeForm(data={"code": secret[:20]}), 200, linked=bool(secret))


@bp.post("/code")
def enter_with_code() -> ResponseReturnValue:
    """Use the code up and let the person in, to choose a password."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form, 422)
    now = clock.now()
    knock = actions.knock_with_code(reading(), form.code.data or "", key(), now)
    try_id = _reserve(knock, now)
    if knock.person_id is None:
        form.refuse({"code": gettext("This code is not right, has been used or is too old. Ask for a new one.")})
        return _code_page(form, 422)
    person = actions.enter_with_code(session(), knock, try_id, now)
    if person is None:
        form.refuse({"code": gettext("This code has just been used.")})
        return _code_page(form, 422)
    _admit(person, stay=False)
    flask.session[BY_CODE] = True
    return known_here(redirect(url_for("account.password"), 303), person)


def known_here(answer: BaseResponse, person: Person) -> BaseResponse:
    """Let this browser show at the door that the person has been here; anew when a password or code ended the last."""
    cookie = actions.device_cookie(session(), person, request.cookies.get(COOKIE, ""), key())
    for door in DOORS:  # Shown there alone: no other page carries its bytes.
        answer.set_cookie(
            COOKIE, cookie, max_age=KEPT_FOR, path=url_for(door), httponly=True, samesite="Strict",
            secure=request.is_secure,
        )  # fmt: skip
    return answer


def _admit(person: Person, stay: bool) -> None:
    """A fresh session, so that one planted before is worth nothing; it ends with the browser unless asked to stay."""
    now = clock.now()
    if current_user.is_authenticated:
        sessions.end(session(), current_user.get_id(), now)
    person.language = person.language or chosen_here()
    sessions.begin(session(), person, devices.named(request.user_agent.string), stay, now)
    flask.session.clear()
    login_user(person)
    flask.session.permanent = stay


def _title_page(form: SignInForm, status: int) -> Response:
    page = render_template(
        "people/sign_in.html", form=form, contents=contents(session()), next=request.args.get("next")
    )
    return _private(page, status)


def _code_page(form: CodeForm, status: int, linked: bool = False) -> Response:
    return _private(render_template("people/code.html", form=form, linked=linked), status)


def _private(page: str, status: int) -> Response:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def key() -> str:
    """The key of the house, from which codes and tokens grow."""
    return str(current_app.config["HOUSE"].secret_key)


def _reserve(knock: actions.Knock, now: datetime) -> int:
    """In a transaction of its own: it is on record before the password is looked at, and a refusal keeps it."""
    end_reading(None)
    address = request.remote_addr or ""
    return at_once(lambda own: actions.reserve(own, knock, address, now))
