"""What the factory opens of this room."""

from media import drop, indexing, jobs, uploads_api  # noqa: F401 - handlers and listeners register themselves
from media.api import bp as recordings_api
from media.commands import cli
from media.delivery import bp as delivery
from media.views import bp as recordings

BLUEPRINTS = [recordings, recordings_api, uploads_api.bp, delivery]
COMMANDS = [cli]
