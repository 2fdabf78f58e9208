"""Kinds of values that come in by machine and that every column can hold; what none can hold is refused here."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from app.i18n import gettext as _

# A phone whose battery was empty begins again in 1970 or 1980: a wrong clock is no reason to refuse what was done.
EARLIEST, LATEST = 1900, 2199
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def plausible(moment: datetime) -> datetime:
    """The moment with its zone, UTC where none was said; years that no clock shows are refused."""
    if not EARLIEST <= moment.year <= LATEST:
        raise PydanticCustomError("moment", _("This date is outside of what a clock can show."))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def storable(text: str) -> str:
    """A text without U+0000 and without halves of characters, which no database keeps."""
    if _UNSTORABLE.search(text):
        raise PydanticCustomError("text", _("This text holds a character that cannot be kept."))
    return text


def moment_of(text: str) -> datetime | None:
    """What a device's clock says in a header, if it says anything that one can read."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and EARLIEST <= moment.year <= LATEST else None


_CLOCK = Field(json_schema_extra={"pattern": r"^(19|20|21)\d\d-"})
DeviceTime = Annotated[datetime, _CLOCK, AfterValidator(plausible)]
AwareDeviceTime = Annotated[AwareDatetime, _CLOCK, AfterValidator(plausible)]
Text = Annotated[str, Field(json_schema_extra={"pattern": r"^[^\x00]*$"}), AfterValidator(storable)]
Measured = Annotated[float, Field(strict=True)]  # Infinite or not a number: the rule that reads it says so itself.
Number = Annotated[Measured, Field(allow_inf_nan=False)]
Name = Annotated[Text, Field(min_length=1, max_length=64)]
