"""A step and a module as one person sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from modules import rules
from modules.rules import Range, StepState
from modules.stands import Stand

Part = tuple[int, float, list[Range]]
WHOLE: tuple[Range, ...] = ((0.0, 1.0),)
# How much of a band a step without a duration takes, in recordings of average length: a way to draw, not a promise.
WEIGHTS = {"page": 0.1, "file": 0.1, "quiz": 0.25, "cases": 0.6, "in_person": 0.6, "recording": 1.0}


@dataclass(eq=False)  # Not frozen: that doubles the price of making one, and a page makes dozens.
class StepView:
    """A step as one person sees it."""

    id: int
    public_id: str
    module_id: int
    kind: str
    title: str
    recording_id: int | None = None
    version_id: int | None = None
    duration: float | None = None
    file_bytes: int | None = None
    ranges: Sequence[Range] = ()
    position: float | None = None
    changed: Sequence[Range] = ()  # New since its person saw another file of the recording.
    reported_at: datetime | None = None
    done_at: datetime | None = None
    threshold: float = rules.DEFAULT_THRESHOLD
    classes: rules.Classes = None  # Of what was seen, what counts.
    state: StepState = StepState.TODO
    needed: bool = True  # By the rules, as long as the module is not finished.
    locked_by: str = ""  # The title of the step that opens it.
    weight: float = 1.0  # Its share of the module's band.
    stand: Stand = Stand()

    @property
    def waits(self) -> bool:
        """Whether its person still has to do it, and can."""
        return not self.done_at and self.needed and not self.locked_by and self.stand.ready and not self.stand.handed_in

    def stands(self, stand: Stand) -> "StepView":
        """The step with what its room says of it."""
        return _copy(self, {"stand": stand})

    def in_state(self, state: StepState) -> "StepView":
        """The step in another state."""
        return self if state is self.state else _copy(self, {"state": state})

    def stood(self, seen: rules.Carried, done_at: datetime | None) -> "StepView":
        """The step as somebody else stands in it."""
        facts = {"ranges": seen.ranges, "position": seen.position, "reported_at": seen.at, "done_at": done_at}
        return _copy(self, facts | {"changed": seen.fresh})

    @cached_property
    def missing(self) -> list[Range]:
        """Passages not seen yet that are long enough to be played."""
        return rules.missing(self.ranges, self.duration, at_least=rules.PLAYABLE) if self.duration else []

    @property
    def opening(self) -> rules.Opening:
        """Where its recording opens for its person."""
        return rules.opening(self.position, self.ranges, self.duration)

    @cached_property
    def missing_seconds(self) -> int:
        """How much of a recording is not seen, as its passages are told."""
        return rules.told(self.missing)

    @cached_property
    def seen_seconds(self) -> float:
        """How much of a recording is seen."""
        return rules.covered(rules.clip(self.ranges, self.duration))

    @cached_property
    def left_seconds(self) -> float:
        """What somebody still has to watch: nothing once the step is done."""
        return 0.0 if self.done_at or not self.needed or not self.duration else self.missing_seconds

    @property
    def woven_exactly(self) -> list[Range]:
        """What was seen, as fractions, whatever counts as done."""
        return [(a / self.duration, b / self.duration) for a, b in self.ranges] if self.duration else []

    @property
    def woven(self) -> Sequence[Range]:
        """The done parts of the step, as fractions."""
        return self.woven_of(self.ranges, self.done_at is not None)

    def woven_of(self, ranges: Sequence[Range], done: bool) -> Sequence[Range]:
        """The same for whoever has seen these ranges."""
        return woven(self.kind, self.duration, ranges, done)


@dataclass(eq=False)
class ModuleView:
    """A module as one person sees it, with its steps in order."""

    id: int
    public_id: str
    cycle_id: int
    position: int
    number: str | None
    kind: str
    title: str
    summary: str
    terms: dict[str, Any] = field(default_factory=dict)
    opens_at: datetime | None = None
    due_at: datetime | None = None
    zone: str | None = None
    cohort_id: int | None = None
    cohort: str = ""
    finished_at: datetime | None = None
    opened: bool = True
    steps: tuple[StepView, ...] = ()

    def with_steps(self, steps: tuple[StepView, ...]) -> "ModuleView":
        """The module with other steps."""
        return _copy(self, {"steps": steps})

    def over(self, now: datetime) -> bool:
        """Whether its last day has gone by."""
        return rules.is_over(self.due_at, now)

    @property
    def dye(self) -> int:
        """Its colour, the same everywhere."""
        return rules.dye(self.position)

    @cached_property
    def done(self) -> bool:
        """Whether it is finished, and stays so whatever comes later; a module without steps is not."""
        done = {step.public_id: step.done_at for step in self.steps if step.done_at}
        there = [step.public_id for step in self.steps]
        return bool(self.finished_at or rules.done_since(self.terms, rules.MODULE, there, done))

    @cached_property
    def begun(self) -> bool:
        """Whether anything was seen or done."""
        return any(step.done_at or step.ranges for step in self.steps)

    @property
    def next_step(self) -> StepView | None:
        """The first step that is still to do."""
        return next((step for step in self.steps if step.waits), None)

    @cached_property
    def left_seconds(self) -> float:
        """What is left to watch."""
        return sum(step.left_seconds for step in self.steps)

    @cached_property
    def weights(self) -> list[float]:
        """How much of its band each step takes."""
        return [step.weight for step in self.steps]

    @cached_property
    def part(self) -> Part:
        """Its part of a band: dye, size, done ranges as fractions."""
        return part_of(self.dye, self.weights, [step.woven for step in self.steps])

    @property
    def fraction(self) -> float:
        """How much of it is done."""
        return rules.width(self.part[2])


def average_of(lengths: Iterable[float | None], otherwise: float = 1.0) -> float:
    """The mean length of a module's recordings, so that its share depends on nothing outside of it; `otherwise` where
    it has none."""
    known = [length for length in lengths if length]
    return sum(known) / len(known) if known else otherwise


def weight(kind: str, duration: float | None, average: float) -> float:
    """How much of a band a step takes, where recordings take `average` seconds."""
    return duration or average * WEIGHTS.get(kind, 0.1)


def woven(kind: str, duration: float | None, ranges: Sequence[Range], done: bool) -> Sequence[Range]:
    """The done parts of a step, as fractions."""
    if done:
        return WHOLE
    if not ranges or not duration or kind != "recording":
        return ()
    return [(a / duration, b / duration) for a, b in ranges]


def part_of(dye: int, weights: Sequence[float], done: Sequence[Sequence[Range]]) -> Part:
    """A module's part of a band when so much of each step is done; what touches is joined."""
    whole = sum(weights) or 1.0
    joined: list[Range] = []
    start = 0.0
    for size, ranges in zip(weights, done, strict=True):
        share = size / whole
        for a, b in ranges:
            first, last = start + a * share, start + b * share
            if joined and first <= joined[-1][1]:
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
        start += share
    return dye, whole, joined


def _copy(view: Any, changed: dict[str, Any]) -> Any:
    """`dataclasses.replace` without its questions: a cohort has a thousand views. Nothing cached is kept."""
    own = view.__dict__
    made = object.__new__(type(view))
    made.__dict__ = {name: own[name] for name in type(view).__dataclass_fields__} | changed
    return made
