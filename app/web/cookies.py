"""The session cookie is marked Secure whenever the request came by https, whatever the settings say."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface


class HouseSessions(SecureCookieSessionInterface):
    """Flask's signed cookie; Secure by https, plain on the loopback address of a trial."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie may travel by https only."""
        return bool(app.config["SESSION_COOKIE_SECURE"]) or request.is_secure
