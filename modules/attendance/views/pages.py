"""Where the pages of this room stand."""

from flask import Blueprint

from app.people.rules import Role
from app.web.access import only

bp = Blueprint("attendance", __name__, template_folder="../templates")
bp.before_request(only(Role.TRAINER))
