"""Addresses that no page has, for no database holds what they name (a NUL, a number too long), and ours; and dates that
no calendar has."""

from urllib.parse import urlsplit

from flask import Flask, has_request_context, request
from werkzeug.exceptions import NotFound
from werkzeug.http import parse_date
from werkzeug.routing import IntegerConverter, Map

from app.config import LOOPBACK

LARGEST = 2**31 - 1


class Number(IntegerConverter):
    """`<int:…>` in an address, as far as a column goes."""

    def __init__(self, map: Map, *, min: int | None = None, **options: bool) -> None:
        super().__init__(map, min=min, max=LARGEST, **options)


_DATES = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")
# What proxies and tunnels add, declared or not.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def nearby() -> bool:
    """Whether who asks sits at this machine and calls it so, whatever address the server listens on; outside of
    requests we do. A tunnel comes from here too, but names another host or says for whom it asks."""
    if not has_request_context():
        return True
    try:
        named = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    return request.remote_addr in LOOPBACK and named in LOOPBACK and not any(map(request.headers.get, _FORWARDED))


def own_path(wanted: str | None) -> str:
    """A path of ours to go on to; anything else means home."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc or "\\" in wanted else wanted


def init_app(app: Flask) -> None:
    """To be called before the rooms bring their addresses."""
    app.url_map.converters["int"] = Number

    @app.before_request
    def _no_nul() -> None:
        if "\0" in request.path or any("\0" in text for pair in request.args.items(multi=True) for text in pair):
            raise NotFound

    @app.before_request
    def _no_endless_year() -> None:
        """A condition that cannot be read is none (RFC 9110, 13.1.3); Werkzeug falls over some of them."""
        for name in _DATES:
            if name in request.environ:
                try:
                    parse_date(request.environ[name])
                except (OverflowError, ValueError):
                    del request.environ[name]
