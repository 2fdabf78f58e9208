"""What is said of a file or a line that cannot be taken."""

from typing import Any

from app.errors import Invalid

FIELD = "captions"


def wrong(sentence: Any, field: str = FIELD) -> Invalid:
    """A refusal that stands beside the field."""
    return Invalid(fields={field: sentence})
