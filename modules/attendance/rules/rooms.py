"""When those who sit in the room are credited with what was played: not for each report, and all of it at the end."""

EVERY = 300.0  # Seconds of the recording that are new.
REST = 1.0  # What a player leaves out at the end.


def to_credit(before: float, after: float, duration: float) -> bool:
    """Whether so much has come that it is credited: each five minutes, and once nothing is left."""
    return after > before and (after // EVERY > before // EVERY or after >= duration - REST)
