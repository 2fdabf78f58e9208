"""What the factory opens of this room."""

from app.search.commands import cli

COMMANDS = [cli]
