"""What this room opens to the factory."""

from flask import Flask

from modules import moments
from modules.agenda import api, calendar_views, kinds, queries, reminder_views, reminding, views

BLUEPRINTS = [views.bp, calendar_views.bp, reminder_views.bp, api.bp]
JOBS = (reminding,)  # It sweeps and answers a bell.


def register(_app: Flask) -> None:
    """Modules and days in person have dates, of which learners are reminded."""
    kinds.register()
    moments.register(queries.modules)
    moments.register(queries.sittings)
