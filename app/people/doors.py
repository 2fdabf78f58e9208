"""What the people room shows to the outside."""

from flask import Flask

from app.people import api, commands
from app.people.views import account, codes, enrolment, institutions, lists, persons, sign_in
from app.web.cookies import HouseSessions

BLUEPRINTS = [sign_in.bp, account.bp, persons.bp, codes.bp, enrolment.bp, institutions.bp, lists.bp, api.bp]
COMMANDS = [commands.cli]


def register(app: Flask) -> None:
    """Secure cookies by https, and the date of a token's last use."""
    app.session_interface = HouseSessions()
    app.after_request(api.stamp_token)
