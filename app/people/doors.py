"""What the people room shows to the outside."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from app import jobs
from app.people import api, commands
from app.people.actions.erasing import forget
from app.people.views import account, codes, enrolment, erasing, institutions, lists, merging, moving, persons, sign_in
from app.web.cookies import HouseSessions

BLUEPRINTS = [sign_in.bp, account.bp, persons.bp, codes.bp, enrolment.bp, institutions.bp, lists.bp, api.bp]
COMMANDS = [commands.cli]
PAGES = (erasing, merging, moving)  # They stand on the blueprints of persons and of enrolment.


def register(app: Flask) -> None:
    """Secure cookies by https, the date of a token's last use, and the sweep that makes erasures final."""
    app.session_interface = HouseSessions()
    app.after_request(api.stamp_token)
    jobs.sweep(_forget)


def _forget(session: Session, now: datetime) -> None:
    forget(session, now)
