"""How often one person or one address may write, counted in Redis when several processes serve; and how much."""

import math
import sys
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request
from flask_limiter import Limiter
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from app.config import Config
from app.web import clock
from app.web.access import audience, may_enter

# A training hall of sixty people signs in behind one address: limits per address are wide on purpose.
WRITING = "120 per minute"
MOST_FIELDS = 10_000  # The roll of a cohort of a thousand has a few thousand.
LARGEST_BODY = 8 * 1024 * 1024  # A pasted list of five thousand people, with room.

F = TypeVar("F", bound=Callable[..., Any])


def who() -> str:
    """The person if known, else the address."""
    if current_user.is_authenticated:
        return f"person:{current_user.public_id}"
    return f"address:{request.remote_addr}"


def seconds_to_wait() -> int:
    """Until the limit that was broken takes one more; a minute where it cannot say."""
    broken = limiter.current_limit
    return max(1, math.ceil(broken.reset_at - clock.now().timestamp())) if broken else 60


limiter = Limiter(key_func=who, headers_enabled=False)
writing = limiter.limit(WRITING)


def takes(largest: int | None) -> Callable[[F], F]:
    """Let who may enter send this endpoint more than LARGEST_BODY; None: it counts by itself while it reads."""

    def mark(view: F) -> F:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return mark


class CountedForm(FormDataParser):
    """Refuses millions of empty fields, which cost seconds to take apart; Werkzeug counts those of multipart alone."""

    def parse(self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any = None) -> Any:
        if mimetype == "application/x-www-form-urlencoded" and (content_length is None or content_length > MOST_FIELDS):
            most = self.max_form_memory_size or sys.maxsize
            if (content_length or 0) > most:
                raise RequestEntityTooLarge
            body = stream.read()  # Of a stated length, or one that comes in chunks: bounded either way.
            if body.count(b"&") >= MOST_FIELDS or len(body) > most:
                raise RequestEntityTooLarge
            stream, content_length = BytesIO(body), len(body)
        return super().parse(stream, mimetype, content_length, options)


class CountingRequest(Request):
    """Flask's request with bounded forms."""

    form_data_parser_class = CountedForm


def limit_bodies(app: Flask) -> None:
    """Refuse larger bodies with 413 before they are read; to be called before whatever reads forms."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.request_class = CountingRequest

    @app.before_request
    def _raise() -> None:
        view: Any = current_app.view_functions.get(request.endpoint or "")
        if hasattr(view, "largest_body") and may_enter(audience(current_app.blueprints[request.blueprint or ""]) or ""):
            # Flask takes None for "as configured".
            request.max_content_length = sys.maxsize if view.largest_body is None else view.largest_body


def init_app(app: Flask, config: Config) -> None:
    """Count in REDIS_URL if given, else in this process."""
    app.config["RATELIMIT_STORAGE_URI"] = config.redis_url or "memory://"
    app.config["RATELIMIT_ENABLED"] = not app.testing
    limiter.init_app(app)
    # Every limit stands on a view, which counts by itself: nothing is to be looked for before each request.
    hooks = app.before_request_funcs[None]
    hooks[:] = [hook for hook in hooks if getattr(hook, "__self__", None) is not limiter]
