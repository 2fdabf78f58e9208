"""What the API of attendance takes and gives."""

from typing import Annotated

from pydantic import BaseModel, Field, StrictBool, StrictInt

from app.web.api import In
from app.web.incoming import DeviceTime, Name, Text


class AttendanceIn(In):
    """Whether a learner was there on a day in person; null: nothing is noted any more.

    `half` names one half of the day (without it the note is about all of them); `why` it is taken back; `client_id`
    names the note for its sender, and the same note again changes nothing; `sure` that somebody was there on a day that
    lies ahead; `was` is what the sender's list showed. `sequence` counts the notes of one `device`: of two about the
    same, the higher one holds, whichever comes first. `device_time` is kept and never compared.
    """

    present: StrictBool | None
    why: Annotated[Text, Field(max_length=500)] = ""
    client_id: Name | None = None
    sure: StrictBool = False
    half: Annotated[Text, Field(max_length=32)] | None = None
    was: StrictBool | None = None
    device: Name | None = None
    device_time: DeviceTime | None = None
    sequence: Annotated[StrictInt, Field(ge=0, le=2**53)] | None = None


class HereIn(In):
    """A code that was on the wall; `later`: it waited on a device until there was network again."""

    code: Annotated[Text, Field(max_length=40)]
    later: StrictBool = False
    client_id: Name | None = None
    device: Name | None = None
    device_time: DeviceTime | None = None


class HereOut(BaseModel):
    """Where the person is noted as present, in words, and whether that was so already."""

    detail: str
    already: bool


class AttendanceOut(BaseModel):
    """What is noted now."""

    present: bool
