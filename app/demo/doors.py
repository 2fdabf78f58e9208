"""What the factory registers: commands and, by importing it, the job that makes the recordings."""

from app.demo import commands, recordings

COMMANDS = [commands.cli]
HANDLERS = [recordings.make]
