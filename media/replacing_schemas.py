"""What the API says of a file that waits for a yes, and what it is told."""

from datetime import datetime

from pydantic import BaseModel, Field

from media.rules import Stage


class EffectOut(BaseModel):
    """What the new file means for the learners of a cohort at a step."""

    cohort: str
    step: str
    done: int = Field(description="Have done the step, and keep it")
    done_below: int = Field(description="Of them, have seen less of the new file than is asked")
    watching: int = Field(description="Have not done it, but seen something")
    again: float = Field(description="Seconds more to see, at most, for one learner")


class NamedOut(BaseModel):
    """Something that names a second of the present file, such as a question of a quiz."""

    second: float
    what: str


class ReplacementOut(BaseModel):
    """A file that waits for a yes to be used instead of another. Times are seconds."""

    id: str
    upload: str = Field(description="The new file, as in its upload address")
    instead_of: str = Field(description="The file in use")
    stage: Stage
    progress: float
    map: str = Field(description="Print of the map: an answer names it, so that a yes is for the map that was seen")
    pieces: list[tuple[float, float, float]] = Field(description="From, to and new start of what is in both files")
    sure: float | None = Field(description="The share of the moments that agree; none where the cuts were written down")
    marked_at: datetime | None = Field(description="When somebody last marked a passage by hand; none where nobody has")
    changed: list[tuple[float, float]] = Field(description="Passages of the new file that are asked again")
    gone: list[tuple[float, float]] = Field(description="Passages of the present file that were left out")
    to_check: int = Field(description="Subtitles in passages that were changed: they go along, marked as to be checked")
    gone_cues: int = Field(description="Subtitles in passages that were taken out: they stay with the present file")
    gone_chapters: list[str] = Field(description="Chapters of which nothing is left: they stay with the present file")
    lost: list[NamedOut] = Field(description="What names a second that the new file does not hold")
    cuts: str
    effects: list[EffectOut]


class CutsIn(BaseModel):
    """What was changed, a line for each."""

    cuts: str = Field(max_length=20_000)


class MarkIn(BaseModel):
    """A passage of the new file, in seconds, and whether it is the same as what stands opposite in the present one."""

    start: float = Field(ge=0, le=1e6)
    end: float = Field(gt=0, le=1e6)
    same: bool = False


class AnswerIn(BaseModel):
    """Which replacement, and the print of the map that was looked at."""

    id: str = Field(max_length=20)
    map: str = Field(max_length=64)


class AnsweredOut(BaseModel):
    """The file in use after the answer; whether this answer did it or an earlier one of the same kind."""

    upload: str
    now: bool
