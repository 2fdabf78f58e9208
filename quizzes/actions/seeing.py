"""The second of a recording that a question names, as somebody typed it."""

from collections.abc import Sequence
from typing import Any

from app.errors import Invalid
from app.i18n import clock, lazy
from media.captions.editing import second
from quizzes.queries.recorded import Recorded

_NOWHERE: dict[str, Any] = {"see_step_id": None, "see_version_id": None, "see_second": None}


def named(recordings: Sequence[Recorded], public_id: str, typed: str) -> dict[str, Any]:
    """What is kept of it: the second belongs to the file that is shown now. Wrong ones are refused by their fields."""
    if not public_id and not typed.strip():
        return _NOWHERE
    chosen = next((each for each in recordings if each.public_id == public_id), None)
    if chosen is None:
        raise Invalid(fields={"see": lazy("Choose the recording that tells it.")})
    at = second(typed)
    if at is None:
        sentence = lazy("Write the time at which the recording tells it, for example 12:40; or choose no recording.")
        raise Invalid(fields={"see_at": sentence})
    if at >= chosen.duration:
        raise Invalid(fields={"see_at": lazy("This recording ends at %(end)s.", end=clock(chosen.duration))})
    return {"see_step_id": chosen.step_id, "see_version_id": chosen.version_id, "see_second": at}
