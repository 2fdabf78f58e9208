"""What this room opens to the house."""

from flask import Flask

from app.on_demand import OnDemand
from modules import panels
from modules.certificates.lines import own_certificates
from modules.certificates.views import badges, cohort, own, public

BLUEPRINTS = [public.bp, own.bp, cohort.bp]
PAGES = (badges,)  # They stand on the blueprints of the others.
COMMANDS = [
    OnDemand(
        "certificates",
        "modules.certificates.commands",
        help="Certificates: the keys that sign them, and whether one holds.",
    )
]


def register(_app: Flask) -> None:
    """A line on the home page of who has a new certificate."""
    panels.register(own_certificates)
