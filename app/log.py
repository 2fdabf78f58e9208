"""Structured logs: a JSON line each, or plain lines on a terminal. Never a secret, a name, an address or a text."""

import logging
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog

HIDDEN = frozenset({"password", "secret", "secret_key", "token", "authorization", "cookie", "code", "email", "login"})
QUIET = ("/static/", "/healthz", "/readyz")

# PostgreSQL tells which value broke a constraint: DETAIL:  Key (email)=(…) already exists.
_DETAIL = re.compile(r"^\s*DETAIL:.*$", re.MULTILINE)
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

log = structlog.get_logger("request")


def configure(level: str = "info") -> None:
    """Send our own lines and those of the libraries to standard error in one form."""
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide,
    ]
    shown = structlog.dev.ConsoleRenderer(colors=False) if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    form = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=chain, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown]
    )
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    lines = logging.StreamHandler()
    lines.setFormatter(form)
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(level.upper())
    for chatty in ("alembic", "huey", "botocore", "urllib3", "flask-limiter"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def hide(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Mask the values that must never stand in a log."""
    shown = {key: "…" if key.lower() in HIDDEN else value for key, value in event.items()}
    if isinstance(shown.get("exception"), str):
        shown["exception"] = _DETAIL.sub("DETAIL: …", shown["exception"])
    return shown


class RequestLog:
    """WSGI middleware: gives every request an id, answers it as X-Request-ID and writes one line when it is done.

    The line holds the route's pattern, not the address: a sign-in code or a signed link is part of the address.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        environ["HTTP_X_REQUEST_ID"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        begun, answer, route = time.perf_counter(), "none", ""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal answer, route
            answer = status[:3]
            # Flask forgets its request when the call is over; by its rule, not by what the address held.
            route = str(getattr(environ.get("werkzeug.request"), "url_rule", None) or "")
            return start_response(status, [*headers, ("X-Request-ID", request_id)], *rest)

        try:
            return self.app(environ, start)
        finally:
            if not environ.get("PATH_INFO", "").startswith(QUIET):
                took = round((time.perf_counter() - begun) * 1000, 1)
                log.info("request", method=environ.get("REQUEST_METHOD"), route=route, status=answer, ms=took)
