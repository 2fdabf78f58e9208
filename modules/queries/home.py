"""What the home page says: what is left, what it costs, where to go on, and what is due."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort, Membership
from app.people.rules import Role
from media import queries as media
from modules.models import Assignment, Module, Sitting, Step
from modules.queries import prices
from modules.queries.shapes import ModuleView, StepView
from modules.queries.standing import learning
from modules.queries.statements import LANG, NOW, PERSON, still_given
from modules.queries.tariff import Offered, tariff
from modules.queries.titles import Titled


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that matters: the end of a module, or a sitting with its place."""

    at: datetime
    zone: str
    title: str
    numeral: str | None = None
    place: str | None = None
    sitting: bool = False
    day_only: bool = False
    over: bool = False


class Left(NamedTuple):
    """What is left: seconds to watch, and how many steps of each kind without a duration."""

    seconds: float
    kinds: dict[str, int]


@dataclass(frozen=True)
class Home:
    """A learner's home."""

    modules: Sequence[ModuleView]
    tariff: Sequence[tuple[prices.Choice, int]] = ()
    deadlines: Sequence[Deadline] = ()
    next_module: ModuleView | None = None
    next_step: StepView | None = None
    next_choices: Sequence[prices.Choice] = ()
    next_sound: int | None = None  # Bytes of its sound as a file to keep.
    offered: Offered = field(default_factory=dict)
    renditions: prices.Renditions = field(default_factory=dict)  # Of what is left.

    @property
    def left(self) -> Left:
        """What is left in all modules, those that open later too."""
        return _left(self.modules)

    @property
    def later(self) -> Left:
        """What of it is left in modules that open later."""
        return _left([module for module in self.modules if not module.opened])

    @property
    def done(self) -> bool:
        """Whether every module is done."""
        return all(module.done for module in self.modules)

    def dues(self, now: datetime) -> tuple[ModuleView | None, ModuleView | None]:
        """The unfinished modules that are due first and last, of those whose last day is ahead, else of all."""
        due = [module for module in self.modules if module.due_at and not module.done]
        due = [module for module in due if not module.over(now)] or due
        due.sort(key=lambda module: module.due_at.timestamp() if module.due_at else 0)
        return (due[0], due[-1]) if due else (None, None)

    def sound(self, module: ModuleView) -> int | None:
        """What the rest of a module costs as sound, where that is known."""
        return next((price for way, price in tariff(module.steps, self.offered) if way.kind == "sound"), None)


def home(session: Session, person: Any, lang: str, now: datetime) -> Home:
    """A learner's home; the number of statements is constant."""
    modules = learning(session, person, lang, now)
    if not modules:
        return Home(modules)
    steps = [step for module in modules for step in module.steps]
    wanted = [step.version_id for step in steps if step.version_id and not step.done_at]
    found = media.renditions_of(session, wanted) if wanted else {}
    rows = {version_id: [row._mapping for row in of] for version_id, of in found.items()}
    begun = {step.version_id for step in steps if step.version_id and step.version_id in rows and step.ranges}
    renditions = prices.measured(session, rows, begun)
    module, step = _go_on(modules)
    playing = renditions.get(step.version_id, []) if step and step.version_id else []
    offered = {
        step.id: prices.choices(renditions[step.version_id], step)
        for step in steps
        if step.version_id and step.version_id in renditions
    }
    sound = next((made["download_bytes"] for made in playing if made["name"] == prices.SOUND), None)
    return Home(
        modules, tariff(steps, offered), _deadlines(session, person, modules, lang, now), module, step,
        next_choices=offered.get(step.id, ()) if step else (), next_sound=sound, offered=offered,
        renditions=renditions,
    )  # fmt: skip


def _left(modules: Sequence[ModuleView]) -> Left:
    waiting = [step for module in modules for step in module.steps if step.waits]
    counted = Counter(step.kind for step in waiting if not (step.kind == "recording" and step.duration))
    return Left(sum(module.left_seconds for module in modules), dict(counted))


def _go_on(modules: Sequence[ModuleView]) -> tuple[ModuleView | None, StepView | None]:
    """The recording watched last that is not done, else the first step that is not done."""
    open_ones = [(module, step) for module in modules if module.opened for step in module.steps if step.waits]
    begun = [(module, step) for module, step in open_ones if step.reported_at]
    if begun:
        return max(begun, key=lambda pair: pair[1].reported_at.timestamp() if pair[1].reported_at else 0)
    return open_ones[0] if open_ones else (None, None)


def _deadlines(
    session: Session, person: Any, modules: Sequence[ModuleView], lang: str, now: datetime
) -> list[Deadline]:
    found = [
        Deadline(module.due_at, module.zone or "UTC", module.title, module.number, over=module.over(now))
        for module in modules
        if module.due_at and not module.done
    ]
    asked = {"now": now, "lang": lang, "person": person.id}
    found += [
        Deadline(at, zone, title, place=place, sitting=True, day_only=day_only)
        for at, zone, title, place, day_only in fetch(session, _sittings(), asked)
    ]
    return sorted(found, key=lambda deadline: deadline.at)


@cache
def _sittings() -> Any:
    titled = Titled(Step, LANG)
    return titled.join(
        sa.select(Sitting.starts_at, Sitting.zone, titled.text(), Sitting.place, Sitting.day_only)
        .join(Step, Step.id == Sitting.step_id)
        .join(Module, Module.id == Step.module_id)
        .join(Assignment, still_given())
        .join(Cohort, Cohort.id == Sitting.cohort_id)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(
            Membership.person_id == PERSON,
            Membership.role == Role.LEARNER,
            Membership.ended_at.is_(None),
            Cohort.archived_at.is_(None),
            Module.archived_at.is_(None),
            sa.func.coalesce(Sitting.ends_at, Sitting.starts_at) >= NOW,
            Sitting.cancelled_at.is_(None),
            Step.archived_at.is_(None),
        )
        .order_by(Sitting.starts_at)
        .limit(20)
    )
