"""What this room opens to the house."""

from flask import Flask

from app.notices import queries, views
from app.people import access

BLUEPRINTS = [views.bp]


def register(_app: Flask) -> None:
    """Every page knows how many notices its viewer has not read."""
    access.count_with_person(queries.unread)
