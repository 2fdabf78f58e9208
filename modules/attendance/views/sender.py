"""From which device a note comes, by family only."""

from datetime import datetime

from flask import request

from app.people import devices
from modules.attendance.actions import About


def about(source: str, device: str | None = None, device_time: datetime | None = None) -> About:
    """By which way the notes of this request came."""
    return About(source, device, devices.named(request.user_agent.string), device_time)
