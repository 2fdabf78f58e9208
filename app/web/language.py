"""The language of a request: the person's, then this browser's choice, then what the browser asks for."""

from urllib.parse import urlencode

from flask import Flask, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from app import i18n
from app.web.session import after_answer

COOKIE = "language"
ONE_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Choose a language for each request; ?lang=xx on any page changes it for good."""
    i18n.choose_by(app, _choose)
    app.before_request(_switch)
    app.jinja_env.globals["languages"] = switches


def switches() -> list[dict[str, object]]:
    """One entry per language offered: code, name, url of this page in it, whether it speaks now."""
    codes = i18n.offered()
    if len(codes) < 2:
        return []
    now = i18n.current()
    kept = {key: value for key, value in request.args.items() if key != "lang"} if request.method == "GET" else {}
    return [
        {
            "code": code,
            "name": i18n.endonym(code),
            "url": "?" + urlencode({**kept, "lang": code}),
            "current": code == now,
        }
        for code in codes
    ]


def _choose() -> str:
    if not has_request_context():  # the command line and the worker
        return i18n.DEFAULT
    return (
        _known(_of_viewer())
        or _known(request.cookies.get(COOKIE))
        or request.accept_languages.best_match(i18n.offered())
        or i18n.DEFAULT
    )


def _known(code: str | None) -> str | None:
    return code if code in i18n.offered() else None


def _of_viewer() -> str | None:
    """Read without the database, which may be the very thing that is down while an error page is made."""
    person = g.get("_login_user") if g.get("refused") else current_user._get_current_object()
    return vars(person).get("language") if person is not None else None


def _switch() -> ResponseReturnValue | None:
    code = _known(request.args.get("lang"))
    if code is None or request.method != "GET" or request.blueprint is None or request.path.startswith("/api/"):
        return None
    if current_user.is_authenticated:
        _remember(current_user._get_current_object(), code)
    return _without_lang(code)


def _remember(person: object, code: str) -> None:
    kind, key = type(person), getattr(person, "id", None)
    after_answer(lambda session: setattr(session.get(kind, key), "language", code))


def _without_lang(code: str) -> Response:
    kept = {key: value for key, value in request.args.items() if key != "lang"}
    answer = redirect(request.path + (f"?{urlencode(kept)}" if kept else ""), 303)
    answer.set_cookie(COOKIE, code, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer
