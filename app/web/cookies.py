"""The session cookie is marked Secure whenever the request came by https, whatever the settings say; what a browser may
keep for good has nothing to do with it."""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class HouseSessions(SecureCookieSessionInterface):
    """Flask's signed cookie; Secure by https, plain on the loopback address of a trial."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie may travel by https only."""
        return bool(app.config["SESSION_COOKIE_SECURE"]) or request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Not with media: `Vary: Cookie` would make a phone load a film again whenever its cookie is another."""
        if "immutable" not in response.headers.get("Cache-Control", ""):
            super().save_session(app, session, response)
