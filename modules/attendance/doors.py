"""What this room opens to the factory."""

from flask import Flask

from modules import stands, whys
from modules.attendance import api
from modules.attendance.queries.away import away
from modules.attendance.views import cards, here, history, one, pages, parting, roll, sheets, wall
from modules.attendance.whys import presence

BLUEPRINTS = [pages.bp, here.bp, api.bp]
PAGES = (cards, history, one, parting, roll, sheets, wall)  # They stand on the blueprints of cohorts and of this room.


def register(_app: Flask) -> None:
    """Say who was not there wherever a day in person is listed, and why a presence counts or not."""
    stands.register("in_person", ask=away)
    whys.tell("in_person", presence)
