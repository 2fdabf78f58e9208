"""What this room opens to the house."""

from flask import Flask

from app.i18n import lazy
from app.notices import gathering, jobs, mail_views, operations, queries, views
from app.notices.actions import WRITTEN
from app.notices.kinds import Kind
from app.notices.kinds import register as register_kind
from app.people import access

BLUEPRINTS = [views.bp, mail_views.bp]
JOBS = (gathering, jobs)  # They answer bells and sweep.


def register(_app: Flask) -> None:
    """Every page knows how many notices its viewer has not read; operators see the mails."""
    access.count_with_person(queries.unread)
    operations.register()
    register_kind(Kind(WRITTEN, "%(subject)s", lazy("%(name)s writes to you:\n%(text)s"), urgent=True))
