"""What this room opens to the factory."""

from flask import Flask

from app import notices
from app.i18n import lazy
from modules import stands, whys
from modules.attendance import api
from modules.attendance.queries.away import away
from modules.attendance.views import cards, here, history, one, pages, parting, roll, rooms, sheets, wall
from modules.attendance.whys import in_room, presence

BLUEPRINTS = [pages.bp, here.bp, api.bp]
# They stand on the blueprints of cohorts and of this room.
PAGES = (cards, history, one, parting, roll, rooms, sheets, wall)


def register(_app: Flask) -> None:
    """Say who was not there wherever a day in person is listed, and why a presence counts or not."""
    stands.register("in_person", ask=away)
    whys.tell("in_person", presence)
    whys.tell("recording", in_room)
    for kind in (
        notices.Kind(
            "room", lazy("Seen in the room"), lazy("“%(title)s”: what was played in the room counts for you (in room).")
        ),
        notices.Kind(
            "room_revoked",
            lazy("No longer counted: seen in the room"),
            lazy("“%(title)s”: what was played in the room no longer counts for you. %(why)s"),
        ),
    ):
        notices.register(kind)
