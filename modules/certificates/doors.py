"""What this room opens to the house."""

from flask import Flask

from app.notices import kinds
from app.on_demand import OnDemand
from modules import panels, whys
from modules.certificates.lines import own_certificates
from modules.certificates.telling import KINDS
from modules.certificates.views import badges, cohort, own, public
from modules.certificates.whys import KIND, why

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
    """A line on the home page of who has a new certificate, notices, and why it was given."""
    panels.register(own_certificates)
    whys.register(KIND, why)
    for kind in KINDS:
        kinds.register(kind)
