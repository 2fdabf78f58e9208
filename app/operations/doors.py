"""What the factory opens of this room."""

from app.operations.commands import cli
from app.operations.views import bp

BLUEPRINTS = [bp]
COMMANDS = [cli]
