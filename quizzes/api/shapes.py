"""What goes in and out of the quizzes' API."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StrictBool

from app.web.api import In
from app.web.incoming import AwareDeviceTime, Name, Text

MOST_ANSWERS = 500
Value = str | StrictBool | list[str] | None


class AnswerIn(In):
    """One answer. Value: an option's key, a list of keys, true or false, or a text; null takes it back. `seen` is the
    `mark` of the answer that the page showed, empty for none: the receipt then says what was replaced unseen."""

    position: int = Field(ge=1, le=10_000, strict=True)
    value: Value = None
    come_back: StrictBool = False
    client_id: Name | None = None
    device_time: AwareDeviceTime | None = None
    seen: Annotated[Text, Field(max_length=64)] | None = None


class AnswersIn(In):
    """Answers to keep, all or none. `client_id` names the whole: sent again, it stores nothing and says the same. What
    stands before its first point names the page, which has seen whatever it sent itself."""

    answers: list[AnswerIn] = Field(min_length=1, max_length=MOST_ANSWERS)
    client_id: Annotated[Text, Field(min_length=1, max_length=56)] | None = None


class SavedOut(BaseModel):
    """The answer that stands for now."""

    value: Value
    come_back: bool
    received_at: datetime


class ReceiptOut(BaseModel):
    """What became of an answer. standing: counts, late or handed_in; stands: it is the newest one; readable: it can be
    marked; replaced: the answer from another page or device that this page had not seen."""

    position: int
    client_id: str | None
    received_at: datetime
    standing: str
    stands: bool
    value: Value
    come_back: bool
    mark: str
    readable: bool
    replaced: SavedOut | None


class ReceiptsOut(BaseModel):
    """One receipt for each answer, in their order."""

    answers: list[ReceiptOut]


class OptionOut(BaseModel):
    """What can be chosen."""

    key: str
    html: str


class SeeOut(BaseModel):
    """Where a recording tells what a question asks: its step, and a second of the file that is shown now."""

    step: str
    second: float


class QuestionOut(BaseModel):
    """A question of the attempt, without what is right."""

    position: int
    kind: str
    lang: str
    text: str
    html: str
    points: float
    options: list[OptionOut]
    answer: SavedOut | None
    see: SeeOut | None = Field(default=None, description="Once it is handed in")


class ResultOut(BaseModel):
    """Points that are open to the learner; `waiting` are still being marked or not released."""

    earned: float
    lost: float
    waiting: float
    total: float
    verdict: str


class AttemptOut(BaseModel):
    """An attempt under the terms it began with."""

    id: str
    step: str
    number: int
    max_attempts: int | None
    pass_mark: float
    started_at: datetime
    due_at: datetime | None
    seconds_left: int | None
    submitted_at: datetime | None
    now: datetime
    questions: list[QuestionOut]
    result: ResultOut | None
