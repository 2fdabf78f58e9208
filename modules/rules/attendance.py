"""When a presence that is taken back needs a reason."""

from datetime import datetime, timedelta

SLIP = timedelta(hours=24)


def reason_needed(noted_at: datetime, now: datetime) -> bool:
    """Within a day it is a slip of the hand; later the learner has seen it count and is owed a reason."""
    return now - noted_at > SLIP
