"""The language of a request: what a link asked for in this session, then the person's, then this browser's choice, then
what the browser asks for."""

from urllib.parse import urlencode

import flask
from flask import Flask, current_app, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from app import i18n
from app.errors import Invalid
from app.i18n import lazy
from app.web.session import session

COOKIE = "language"
BY_LINK = "language"  # In the session cookie, which ends with signing in or out.
ONE_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Choose a language for each request. A link with ?lang=xx changes it for this session only: anybody may have sent
    it, so what is kept with a person changes by `keep` alone."""
    i18n.choose_by(app, _choose)
    app.before_request(_follow_link)
    app.jinja_env.globals.update(languages=switches, this_page=this_page)


def switches() -> list[dict[str, object]]:
    """One entry per language offered: code, name, whether it speaks now."""
    codes, now = i18n.offered(), i18n.current()
    if len(codes) < 2:
        return []
    return [{"code": code, "name": i18n.endonym(code), "current": code == now} for code in codes]


def this_page() -> str:
    """Where to come back to: this page, or home where its address only takes forms."""
    if request.method == "GET":
        return _without_lang()
    routes = current_app.create_url_adapter(request)
    return request.path if routes is not None and routes.test(request.path, "GET") else "/"


def keep(answer: Response, code: str) -> Response:
    """From now on this language, for this browser and for the account of who is signed in."""
    if _known(code) is None:
        raise Invalid(lazy("Choose one of the languages offered."))
    if current_user.is_authenticated:
        session()  # From here on the viewer is a row of the transaction that the door commits.
        current_user._get_current_object().language = code
    forget_link()
    answer.set_cookie(COOKIE, code, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer


def chosen_here() -> str | None:
    """What was chosen on this browser, by whoever sat at it; kept with a person who has chosen nothing yet."""
    return _known(request.cookies.get(COOKIE))


def forget_link() -> None:
    """What a link asked for ends where the person chooses."""
    flask.session.pop(BY_LINK, None)


def _choose() -> str:
    if not has_request_context():  # the command line and the worker
        return i18n.DEFAULT
    return (
        _known(flask.session.get(BY_LINK))
        or _known(_of_viewer())
        or chosen_here()
        or request.accept_languages.best_match(i18n.offered())
        or i18n.DEFAULT
    )


def _known(code: str | None) -> str | None:
    return code if code in i18n.offered() else None


def _of_viewer() -> str | None:
    """Read without the database, which may be the very thing that is down while an error page is made."""
    person = g.get("_login_user") if g.get("refused") else current_user._get_current_object()
    return vars(person).get("language") if person is not None else None


def _follow_link() -> ResponseReturnValue | None:
    code = _known(request.args.get("lang"))
    if code is None or request.method != "GET" or request.blueprint is None or request.path.startswith("/api/"):
        return None
    flask.session[BY_LINK] = code
    return redirect(_without_lang(), 303)


def _without_lang() -> str:
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return request.path + (f"?{urlencode(kept)}" if kept else "")
