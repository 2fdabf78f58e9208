"""Who may enter: one guard per blueprint, deny by default. Which rows they see is each room's `access.py`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, abort, g, redirect, request, url_for
from flask.sansio.blueprints import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from wtforms import ValidationError

from app.errors import Forbidden
from app.web import clock
from app.web.session import READING, end_reading, reading

if TYPE_CHECKING:
    from app.people.models import Person

Guard = Callable[[], ResponseReturnValue | None]
csrf = CSRFProtect()


class TokenFirst(LoginManager):
    """A bearer token under /api/ says who asks, whatever cookies the browser adds."""

    def _load_user(self) -> None:
        if _bearer() is None:
            super()._load_user()
        else:
            self._update_request_context_with_user(self._load_user_from_request(request))


login_manager = TokenFirst()
_AUDIENCE = "audience"


def open_to_all() -> ResponseReturnValue | None:
    """Anyone, signed in or not."""
    return None


def signed_in() -> ResponseReturnValue | None:
    """Anyone who has signed in; others are sent to sign in and come back."""
    if current_user.is_authenticated:
        return None
    if request.method not in READING:
        abort(401)
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)


def admin_only() -> ResponseReturnValue | None:
    """Administrators of this installation."""
    refusal = signed_in()
    if refusal is None and not viewer().is_admin:
        raise Forbidden
    return refusal


def only(*roles: str) -> Guard:
    """Who has one of these roles in any cohort now, and administrators; `access.py` then asks for the right cohort."""

    def guard() -> ResponseReturnValue | None:
        refusal = signed_in()
        if refusal is None and not viewer().is_admin and not any(viewer().holds(role) for role in roles):
            raise Forbidden
        return refusal

    setattr(guard, _AUDIENCE, ",".join(roles))
    return guard


def api_open() -> ResponseReturnValue | None:
    """The API for anyone: the description of itself."""
    return None


def api_signed_in() -> ResponseReturnValue | None:
    """The API with a bearer token, or with the page's session and its X-CSRFToken header."""
    if not current_user.is_authenticated:
        abort(401)
    if request.method not in READING and not g.get("by_token"):
        _token_in_header()
    return None


def api_admin_only() -> ResponseReturnValue | None:
    """The API for administrators."""
    refusal = api_signed_in()
    if refusal is None and not viewer().is_admin:
        raise Forbidden
    return refusal


def viewer() -> "Person":
    """The person who asks; only behind a guard that lets nobody else in."""
    return cast("Person", current_user._get_current_object())


for _guard in (open_to_all, signed_in, admin_only, api_open, api_signed_in, api_admin_only):
    setattr(_guard, _AUDIENCE, _guard.__name__)


def init_app(app: Flask, load_by_session: Callable[..., Any], load_by_token: Callable[..., Any]) -> None:
    """Recognise people by session or token; the two loaders come from the people room: (session, cookie's credential,
    now) and (session, token)."""
    csrf.init_app(app)
    login_manager.init_app(app)
    login_manager.session_protection = None  # A phone changes its address and browser string all day.
    login_manager.user_loader(lambda credential: _recognise(load_by_session, credential, clock.now()))

    @login_manager.request_loader
    def _by_token(_asking: Any) -> Any:
        token = _bearer()
        if token is None:
            return None
        g.by_token = True
        return _recognise(load_by_token, token)


def may_enter(allowed: str) -> bool:
    """Whether the guard of this audience would let the viewer in; asked before any of the body is read."""
    if allowed in {open_to_all.__name__, api_open.__name__}:
        return True
    if not current_user.is_authenticated:
        return False
    if allowed in {signed_in.__name__, api_signed_in.__name__} or viewer().is_admin:
        return True
    return any(viewer().holds(role) for role in allowed.split(","))


def check_guards(app: Flask) -> None:
    """Refuse to start while a blueprint has no guard, or an endpoint stands outside of every blueprint."""
    for name, blueprint in app.blueprints.items():
        allowed = audience(blueprint)
        if allowed is None:
            raise RuntimeError(f"blueprint {name} has no guard")
        if allowed.startswith("api_"):
            csrf.exempt(blueprint)  # A token needs none; for a session the guard asks for the header itself.
    for rule in app.url_map.iter_rules():
        if "." not in rule.endpoint:
            raise RuntimeError(f"endpoint {rule.endpoint} stands outside of every blueprint")


def audience(blueprint: Blueprint) -> str | None:
    """The one audience of a blueprint, or None while it has none."""
    for function in blueprint.before_request_funcs.get(None, []):
        found = getattr(function, _AUDIENCE, None)
        if found is not None:
            return str(found)
    return None


def _token_in_header() -> None:
    """In the header alone: to look for it in a form would read a body before anybody asked who may send one."""
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError as error:
        raise CSRFError(error.args[0]) from error


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and request.path.startswith("/api/") else None


def _recognise(load: Callable[..., Any], *shown: Any) -> Any:
    person = load(reading(), *shown)
    end_reading(person)
    return person
