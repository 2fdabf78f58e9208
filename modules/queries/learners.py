"""One learner's line of a cohort: what was seen and done of each module, without a view of every step until one asks.

A cohort's page has a thousand (learner, step) pairs and shows only shares of modules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from modules import rules
from modules.queries.shapes import ModuleView, Part, part_of

NOTHING = rules.Carried([])


@dataclass(frozen=True)
class Facts:
    """What somebody did, by the step's id."""

    seen: Mapping[int, rules.Carried] = field(default_factory=dict)
    done: Mapping[int, datetime] = field(default_factory=dict)
    finished: Mapping[int, datetime] = field(default_factory=dict)  # By the module's id.

    @property
    def last_at(self) -> datetime | None:
        """When the person was last seen at work."""
        moments = [*self.done.values(), *(one.at for one in self.seen.values() if one.at)]
        return max(moments, default=None)


@dataclass(frozen=True)
class Standing:
    """How a learner stands in a module."""

    module: ModuleView
    facts: Facts

    @cached_property
    def part(self) -> Part:
        """Its part of the learner's band."""
        seen, done = self.facts.seen, self.facts.done
        woven = [step.woven_of(seen.get(step.id, NOTHING).ranges, step.id in done) for step in self.module.steps]
        return part_of(self.module.dye, self.module.weights, woven)

    @cached_property
    def fraction(self) -> float:
        """How much of it is done."""
        return rules.width(self.part[2])

    @cached_property
    def done(self) -> bool:
        """Whether it is finished, and stays so whatever comes later; a module without steps is not."""
        if self.module.id in self.facts.finished:
            return True
        done = {each.public_id: self.facts.done[each.id] for each in self.module.steps if each.id in self.facts.done}
        there = [each.public_id for each in self.module.steps]
        return rules.done_since(self.module.terms, rules.MODULE, there, done) is not None

    @property
    def begun(self) -> bool:
        """Whether anything was seen or done."""
        seen, done = self.facts.seen, self.facts.done
        return any(step.id in done or (step.id in seen and seen[step.id].ranges) for step in self.module.steps)

    @property
    def view(self) -> ModuleView:
        """The module step by step."""
        seen, done = self.facts.seen, self.facts.done
        return self.module.with_steps(
            tuple(step.stood(seen.get(step.id, NOTHING), done.get(step.id)) for step in self.module.steps)
        )


@dataclass(frozen=True)
class LearnerRow:
    """One learner of a cohort and how the modules stand for that person."""

    id: int
    public_id: str
    name: str
    learns: bool = True  # no more, where the membership has ended
    standings: tuple[Standing, ...] = ()
    last_at: datetime | None = None

    @cached_property
    def modules(self) -> tuple[ModuleView, ...]:
        """The modules step by step."""
        return tuple(standing.view for standing in self.standings)

    @cached_property
    def parts(self) -> list[Part]:
        """One part of the band per module."""
        return [standing.part for standing in self.standings]

    @cached_property
    def fraction(self) -> float:
        """How much of all modules is done."""
        whole = sum(size for _, size, _ in self.parts)
        return sum(one.part[1] * one.fraction for one in self.standings) / whole if whole else 0.0

    @cached_property
    def finished(self) -> bool:
        """Whether all modules are done."""
        return bool(self.standings) and all(standing.done for standing in self.standings)
