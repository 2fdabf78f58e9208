"""Every refusal has a page in the viewer's language, and a problem document under /api/."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from app.errors import Conflict, DomainError, Invalid, TooMany
from app.web.api import problem
from app.web.error_texts import text_for, text_without_page
from app.web.forms import typed_texts
from app.web.limits import seconds_to_wait

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """One place that turns refusals into answers."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unforeseen)


def _back() -> str:
    """Where the link of the page leads back to."""
    try:
        path = urlsplit(request.referrer or "").path
        return f"/{path.lstrip('/')}" if path else ""
    except ValueError:
        return ""


def _domain(error: DomainError) -> Response:
    fields = error.fields if isinstance(error, Invalid) else {}
    # What stands in the way may have come while the person wrote.
    response = _answer(error.status, str(error.sentence), fields, _typed() if isinstance(error, Conflict) else ())
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _csrf(_error: CSRFError) -> Response:
    return _answer(400, typed=_typed())


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = _answer(error.code, typed=_typed() if error.code == 401 else [])
    if error.code == TooMany.status:
        response.headers["Retry-After"] = str(seconds_to_wait())
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _database(error: DBAPIError) -> Response:
    if isinstance(error, DataError):  # What was sent does not fit a column: too long a number, a NUL.
        log.warning("value does not fit", exc_info=True)
        return _answer(422)
    down = isinstance(error, OperationalError) or error.connection_invalidated
    log.error("database refused", down=down, kind=type(error).__name__, exc_info=not down)
    response = _answer(503 if down else 500)
    if down:
        response.headers["Retry-After"] = "30"
    return response


def _unforeseen(_error: Exception) -> Response:
    log.exception("unforeseen error")
    return _answer(500)


def _typed() -> list[str]:
    """The session ended while somebody wrote: the page gives the text back; not to a form that another site sent."""
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    try:
        return [] if foreign else typed_texts(request.form.items(multi=True))
    except HTTPException:  # More than may be read.
        return []


def _answer(
    status: int,
    sentence: str | None = None,
    fields: dict[str, Any] | None = None,
    typed: Sequence[str] = (),
) -> Response:
    g.refused = status >= 500  # The page of a failure must not ask the database for its band and navigation.
    if request.path.startswith("/api/"):
        title, own_sentence = text_without_page(status)
        return problem(status, str(title), sentence or str(own_sentence), fields)
    title, own_sentence = text_for(status)
    page = render_template(
        "errors/page.html",
        status=status,
        title=title,
        sentence=sentence or own_sentence,
        fields=fields or {},
        typed=typed,
        back=_back(),
    )
    return make_response(page, status)
