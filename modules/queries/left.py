"""What is left of a cycle, module by module in the order of their last days, with times and prices that add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from modules import rules
from modules.queries import prices
from modules.queries.home import Home
from modules.queries.prices import Choice
from modules.queries.shapes import ModuleView, StepView


@dataclass(frozen=True)
class Passage:
    """What was not seen yet, and what it costs in the chosen format (None: not known)."""

    start: float
    end: float
    bytes: int | None

    @property
    def hundredths(self) -> int:
        """The same in hundredths of a megabyte."""
        return rules.hundredths(self.bytes or 0)


@dataclass(frozen=True)
class StepLeft:
    """A step to do; `way` is how its recording is taken in."""

    step: StepView
    way: Choice | None
    passages: Sequence[Passage] = ()

    @property
    def seconds(self) -> int:
        """What is to be watched, as its passages are told."""
        return int(self.step.left_seconds)

    @property
    def hundredths(self) -> int:
        """What it costs, in hundredths of a megabyte: the sum of its passages."""
        return sum(piece.hundredths for piece in self.passages) if self.seconds else 0


@dataclass(frozen=True)
class ModuleLeft:
    """A module that is not done, with what is left of it."""

    module: ModuleView
    steps: Sequence[StepLeft]

    @cached_property
    def seconds(self) -> int:
        """The sum of its steps."""
        return sum(step.seconds for step in self.steps)

    @cached_property
    def hundredths(self) -> int:
        """The sum of its steps."""
        return sum(step.hundredths for step in self.steps)


@dataclass(frozen=True)
class Left:
    """Everything that is left, and the ways in which its recordings can be taken in; `chosen` is one's name."""

    modules: Sequence[ModuleLeft]
    ways: Sequence[Choice]
    chosen: str

    @property
    def seconds(self) -> int:
        """The sum of the modules."""
        return sum(module.seconds for module in self.modules)

    @property
    def hundredths(self) -> int:
        """The sum of the modules."""
        return sum(module.hundredths for module in self.modules)


def left(home: Home, wanted: str) -> Left:
    """What is left, priced in the format `wanted`, or in what comes nearest to it. No statement of its own."""
    modules = [_module(home, module, wanted) for module in home.modules if not module.done]
    modules.sort(key=lambda one: _turn(one.module))
    ways: dict[str, Choice] = {}
    for one in modules:
        for step in one.steps:
            ways |= {way.name: way for way in home.offered.get(step.step.id, ())} if step.seconds else {}
    order = sorted(ways.values(), key=lambda way: (prices.ORDER.index(way.kind), -(way.height or 0)))
    place = rules.way_of(wanted, [(way.name, way.kind) for way in order])
    return Left(modules, order, order[place].name if place is not None else "")


def _turn(module: ModuleView) -> tuple[bool, float]:
    """Those that are due first come first; those without a last day stand at the end, as they open."""
    known: datetime | None = module.due_at or module.opens_at
    return module.due_at is None, known.timestamp() if known else 0.0


def _module(home: Home, module: ModuleView, wanted: str) -> ModuleLeft:
    return ModuleLeft(module, [_step(home, step, wanted) for step in module.steps if not step.done_at])


def _step(home: Home, step: StepView, wanted: str) -> StepLeft:
    offered = home.offered.get(step.id, ())
    place = rules.way_of(wanted, [(way.name, way.kind) for way in offered])
    way = offered[place] if place is not None else None
    rows = home.renditions.get(step.version_id or 0, ())
    made = next((row for row in rows if way and row["name"] == way.name), None)
    passages = [
        Passage(start, end, prices.of_passages(made, step, [(start, end)]) if made else None)
        for start, end in step.missing
    ]
    return StepLeft(step, way, passages)
