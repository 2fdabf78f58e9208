"""Where statements on their way to another store stand."""

from enum import StrEnum


class ForwardState(StrEnum):
    """Idle: all that there is has been taken."""

    IDLE = "idle"
    WAITING = "waiting"
    WORKING = "working"
    FAILED = "failed"
