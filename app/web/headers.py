"""What a browser is told about every answer: where content may come from, and that nobody frames us."""

import secrets
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, g

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:{store}; font-src 'self'; "
    "connect-src 'self'{store}; media-src 'self' blob:{store}; worker-src 'self' blob:; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def init_app(app: Flask, store: str = "", *, secure: bool = False) -> None:
    """Add the headers; `store` is the object store that media may be loaded from; secure: reached by HTTPS alone."""
    origin = f" {_origin(store)}" if store else ""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.mimetype == "image/svg+xml":
            response.headers.setdefault("Content-Security-Policy", "default-src 'none'; sandbox")
        if response.mimetype == "text/html":
            policy = POLICY.format(nonce=csp_nonce(), store=origin)
            response.headers.setdefault("Content-Security-Policy", policy)
            # A page may be shown again by the Back button; what is only read by machines is kept nowhere.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _origin(store: str) -> str:
    """`s3://bucket?endpoint=https://host/…` → `https://host`; without an endpoint it is Amazon's."""
    endpoint = parse_qs(urlsplit(store).query).get("endpoint", ["https://*.amazonaws.com"])[0]
    return f"{urlsplit(endpoint).scheme}://{urlsplit(endpoint).netloc}"


def csp_nonce() -> str:
    """The nonce of this answer's scripts."""
    nonce: str | None = g.get("csp_nonce")
    if nonce is None:
        nonce = g.csp_nonce = secrets.token_urlsafe(12)
    return nonce
