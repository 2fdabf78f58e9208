"""The messages that the next page will show, in the cookie until then."""

from typing import Any

from flask import Flask, message_flashed, session

FEW = 5  # Browsers drop a cookie of more than 4 kB, and whoever it names with it.


def init_app(app: Flask) -> None:
    """Where page after page does not come, on a line that breaks, only the last messages wait."""
    message_flashed.connect(_keep_few, app)


def _keep_few(_app: Flask, **_message: Any) -> None:
    session["_flashes"] = session["_flashes"][-FEW:]
