"""What goes in and out of this room's API."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool, StrictInt

from app.web.api import In
from app.web.incoming import DeviceTime, Measured, Name, Number, Text

Pair = Annotated[list[Measured], Field(min_length=2, max_length=2)]
Times = list[Pair]


class WatchingIn(In):
    """What was played: [start, end] pairs in seconds of the recording; and, if it is known, how often the line was too
    slow meanwhile, and for how many seconds in all."""

    segments: list[Pair] = Field(max_length=20_000)
    position: Measured | None = None
    batch: Name | None = None
    device: Annotated[Text, Field(max_length=64)] | None = None
    version: Annotated[Text, Field(max_length=64)] | None = None
    speed: Number | None = None
    device_time: DeviceTime | None = None
    stalls: Annotated[StrictInt, Field(ge=0, le=100_000)] | None = None
    stalled_seconds: Annotated[Number, Field(ge=0, le=1_000_000)] | None = None
    klass: Literal["online", "offline device", "equivalent reading", "in room"] = Field(default="online", alias="class")


class WatchingOut(BaseModel):
    """Where the person stands: seconds covered, passages missing, whether the step is done."""

    duration: float
    covered: float
    missing: Times
    done: bool
    fraction: float
    segments: Times
    position: float | None


class StepOut(BaseModel):
    """A step of a module; times in seconds, None where there is no recording."""

    id: str
    kind: str
    title: str
    duration: float | None
    covered: float | None
    threshold: float | None
    done: datetime | None


class ModuleOut(BaseModel):
    """A module with its steps, as the asking person stands in it."""

    id: str
    number: str | None
    title: str
    summary: str
    opens_at: datetime | None
    due_at: datetime | None
    fraction: float
    done: bool
    steps: list[StepOut]


class ModulesOut(BaseModel):
    """The modules that are open to the asking person."""

    modules: list[ModuleOut]


class LearnerStepOut(BaseModel):
    """What one learner did of one step."""

    step: str
    covered: float | None
    fraction: float
    done: datetime | None


class LearnerOut(BaseModel):
    """One learner of a cohort, step by step."""

    id: str
    name: str
    fraction: float
    steps: list[LearnerStepOut]


class ProgressOut(BaseModel):
    """A cohort, learner by learner."""

    id: str
    name: str
    zone: str
    learners: list[LearnerOut]


class SearchAsked(BaseModel):
    """Which words, in which module or (without one) in all that are open, and which page."""

    q: str = Field("", max_length=200, description='Words, of which the beginnings are enough, and "exact phrases"')
    module: str = Field("", max_length=32)
    page: int = Field(1, ge=1, le=100_000)


class PassageOut(BaseModel):
    """A passage of a recording, with the second at which the first of the words is said."""

    step: str = Field(description="Id of the step that shows the recording")
    title: str
    module: str
    second: float
    text: str
    language: str
    found: list[str] = Field(description="The letters of the text that were looked for")


class SearchOut(BaseModel):
    """One page of what was found."""

    items: list[PassageOut]
    page: int
    pages: int
    total: int


class FormatOut(BaseModel):
    """One way to take a recording in; `segments` are [second, bytes of the segment that begins there], empty where the
    file was not measured, joined where nothing is missing; its list names so many as `listed` says. `pictures` of
    slides are [from, bytes, to]. What `bytes` has more is its head."""

    name: str
    kind: str
    height: int | None
    bytes: int
    listed: int
    segments: Times
    pictures: list[list[float]] = []


class FormatsOut(BaseModel):
    """What each format of a recording weighs."""

    version: str
    duration: float
    formats: list[FormatOut]


class NoteIn(In):
    """A note at a second of a recording; `client_id` names it for its sender, and the same again is the same note."""

    second: Number
    body: Text
    version: Annotated[Text, Field(max_length=64)] | None = None
    client_id: Name | None = None


class NoteChange(In):
    """What is to be another; what is left out stays."""

    body: Text | None = None
    removed: StrictBool | None = None
    client_id: Name | None = None


class NoteOut(BaseModel):
    """A note as its writer reads it; `second` is null where its passage is not in the file that is shown now."""

    id: str
    step: str
    second: float | None
    body: str
    at: datetime
    removed: bool


class NotesOut(BaseModel):
    """Notes in the order of the recording."""

    notes: list[NoteOut]
