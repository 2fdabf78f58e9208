"""What this room opens to the factory."""

from flask import Flask

from modules import moments
from modules.agenda import api, calendar_views, queries, views

BLUEPRINTS = [views.bp, calendar_views.bp, api.bp]


def register(_app: Flask) -> None:
    """Modules and days in person have dates."""
    moments.register(queries.modules)
    moments.register(queries.sittings)
