"""What the page of one step shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership
from media import delivery
from media import queries as media
from modules import rules
from modules.models import Assignment, Module, Sitting, Step
from modules.queries import prices
from modules.queries.notices import Notice, notices_of_step
from modules.queries.shapes import ModuleView, StepView
from modules.queries.standing import module_for_viewer
from modules.queries.statements import still_given

AUTO = "auto"
SOUND = prices.SOUND


@dataclass(frozen=True)
class StepPage:
    """A step in its module, with the step after it."""

    step: StepView
    module: ModuleView
    row: Step
    after: StepView | None
    notices: Sequence[Notice] = ()


@dataclass(frozen=True)
class Player:
    """What the player needs: addresses, the chosen format, and what each format costs."""

    choices: Sequence[prices.Choice]
    chosen: prices.Choice | None
    auto: bool
    source: str | None
    start: float
    version: str
    links: Any
    addresses: dict[str, str] = field(default_factory=dict)
    rates: dict[str, int] = field(default_factory=dict)


def step_page(session: Session, step: Step, person: Any, lang: str, now: datetime) -> StepPage:
    """The step as the person stands in it, with what must be said of it; two statements beside the module."""
    module_row = session.get_one(Module, step.module_id)
    module = module_for_viewer(session, module_row, person, lang, now)
    place = next(index for index, view in enumerate(module.steps) if view.id == step.id)
    rest = (*module.steps[place + 1 :], *module.steps[:place])
    after = next((view for view in rest if view.waits), None)
    notices = notices_of_step(session, person.id, step.id, lang, now)
    return StepPage(module.steps[place], module, step, after, notices)


def player(session: Session, page: StepPage, now: datetime, wanted: str, at: float | None) -> Player | None:
    """The player of a recording step, or None while no version is ready. `wanted` is a format's name or `auto`."""
    step = page.step
    if step.recording_id is None or not step.duration:
        return None
    playable = media.playable(session, [step.recording_id]).get(step.recording_id)
    if playable is None:
        return None
    links = delivery.links(playable, now=now)
    offered = prices.choices(playable.renditions, step)
    addresses = {video["name"]: video["url"] for video in links.videos}
    addresses |= {choice.name: links.sound for choice in offered if choice.kind == SOUND and links.sound}
    plain = links.videos[0]["name"] if links.videos else SOUND
    names = {choice.name: choice for choice in offered}
    chosen = names.get(wanted) or names.get(plain) or (offered[-1] if offered else None)
    return Player(
        choices=offered, chosen=chosen, auto=wanted == AUTO and bool(links.playlist),
        source=addresses.get(chosen.name) if chosen else None, start=_start(step, at),
        version=playable.version_public_id, links=links, addresses=addresses,
        rates={choice.name: round(choice.whole / step.duration) for choice in offered},
    )  # fmt: skip


def sittings(session: Session, step: Step, person: Any) -> list[tuple[Sitting, Cohort]]:
    """The dates of an in-person day for the person's own cohorts that have it (all of them for administrators)."""
    statement = (
        sa.select(Sitting, Cohort)
        .join(Cohort, Cohort.id == Sitting.cohort_id)
        .join(Step, Step.id == Sitting.step_id)
        .join(Assignment, still_given())
        .where(Sitting.step_id == step.id, Sitting.cancelled_at.is_(None))
        .order_by(Sitting.starts_at)
    )
    if not person.is_admin:
        own = sa.exists().where(
            Membership.cohort_id == Cohort.id, Membership.person_id == person.id, Membership.ended_at.is_(None)
        )
        statement = statement.where(own)
    return [(sitting, cohort) for sitting, cohort in session.execute(statement)]


def _start(step: StepView, at: float | None) -> float:
    """The second to start at: the one asked for, else where the recording opens for this person, on any device."""
    if at is not None and 0 <= at <= (step.duration or 0.0) - rules.PLAYABLE:
        return at
    return step.opening.second
