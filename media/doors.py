"""What the factory opens of this room."""

from flask import Flask

from media import (  # noqa: F401 - handlers and listeners register themselves
    captions_api,
    captions_views,
    comparing,
    direct_sweeps,
    drafting_jobs,
    drafting_views,
    drop,
    editing_views,
    indexing,
    jobs,
    operations,
    uploads_api,
)
from media.api import bp as recordings_api
from media.commands import cli
from media.delivery import bp as delivery
from media.direct_api import bp as direct_uploads
from media.replacing_api import bp as replacements_api
from media.replacing_views import bp as replacements
from media.views import bp as recordings

BLUEPRINTS = [recordings, recordings_api, uploads_api.bp, direct_uploads, delivery, replacements, replacements_api]
COMMANDS = [cli]


def register(_app: Flask) -> None:
    """Show operators the conversions."""
    operations.register()
