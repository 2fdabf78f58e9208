"""What the factory opens of this room."""

from flask import Flask

from media import drop, indexing, jobs, operations, uploads_api  # noqa: F401 - handlers and listeners register themselves
from media.api import bp as recordings_api
from media.commands import cli
from media.delivery import bp as delivery
from media.views import bp as recordings

BLUEPRINTS = [recordings, recordings_api, uploads_api.bp, delivery]
COMMANDS = [cli]


def register(_app: Flask) -> None:
    """Show operators the conversions."""
    operations.register()
