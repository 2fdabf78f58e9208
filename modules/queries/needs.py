"""Which learners of a cohort need a word of their trainer: who is stuck where, who is silent, since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.notices.actions import WRITTEN
from app.notices.models import Notice
from app.people.models import Cohort, Membership, Person, SignIn
from app.people.rules import Role
from modules import rules
from modules.queries.deeds import deeds, finishers
from modules.queries.learners import LearnerRow
from modules.queries.shapes import ModuleView, StepView
from modules.queries.standing import cohort_modules
from modules.queries.statements import COHORT
from modules.stands import Stand, last_there, of_people

NOBODYS = Stand()


@dataclass(frozen=True)
class Place:
    """A step in its module."""

    module: ModuleView
    step: StepView


@dataclass(frozen=True)
class Need:
    """A learner who is stuck, silent or both."""

    learner: LearnerRow
    stuck_at: Place | None
    stuck_since: datetime | None
    silent_since: datetime | None
    written_at: datetime | None = None  # When a person last wrote to this learner.

    @property
    def since(self) -> datetime:
        """The longer of the two."""
        return min(at for at in (self.stuck_since, self.silent_since) if at)


def needs(session: Session, cohort: Cohort, lang: str, now: datetime) -> list[Need]:
    """Those who need a word, the longest first. Six statements, and one for each room that says how people stand."""
    places = _places(cohort_modules(session, cohort, lang), now)
    people = fetch(session, _signs(), {"cohort": cohort.id})
    seen, done = deeds(session, cohort)
    ended, there = finishers(session, cohort), last_there(session, cohort.id)
    stands = of_people(session, [row.id for row in people], [(at.step.id, at.step.kind) for at in places.values()])
    told = []
    for row in people:
        begun, finished = seen.get(row.id, {}), done.get(row.id, {})
        steps = [
            rules.Open(step_id, place.module.opens_at, begun.get(step_id))
            for step_id, place in places.items()
            if step_id not in finished
            and (row.id, place.module.id) not in ended
            and _waits(stands.get((row.id, step_id), NOBODYS))
        ]
        moments = (*begun.values(), *finished.values(), there.get(row.id))
        told.append(_need(row, steps, max((at for at in moments if at), default=None), places, now))
    return sorted((need for need in told if need), key=lambda need: (need.since, need.learner.id))


def _places(modules: Sequence[ModuleView], now: datetime) -> Mapping[int, Place]:
    """The steps of modules that have begun which somebody can do alone and now."""
    return {
        step.id: Place(module, step)
        for module in modules
        if rules.is_open(module.opens_at, now)
        for step in module.steps
        if step.kind != "in_person" and (step.kind != "recording" or step.duration)
    }


def _need(
    row: Any, steps: Sequence[rules.Open], moved: datetime | None, places: Mapping[int, Place], now: datetime
) -> Need | None:
    sign = max((at for at in (moved, row.used_at) if at), default=None)
    stuck = rules.stuck(steps, joined_at=row.since, moved_at=moved, now=now)
    silent = rules.silent(steps, joined_at=row.since, sign_at=sign, now=now)
    if not (stuck or silent):
        return None
    learner = LearnerRow(row.id, row.public_id, row.name, last_at=moved)
    at = places[stuck.step] if stuck else None
    return Need(learner, at, stuck.since if stuck else None, silent, row.written_at)


def _waits(stand: Stand) -> bool:
    return stand.ready and not stand.handed_in


def told_before(session: Session, people: Sequence[int]) -> dict[int, datetime]:
    """When somebody last wrote to each of these people, by the person's id."""
    asked = sa.select(Notice.person_id, sa.func.max(Notice.made_at)).where(Notice.person_id.in_(people), *_words())
    return {row[0]: row[1] for row in session.execute(asked.group_by(Notice.person_id))}


def _written(person_id: Any) -> Any:
    return sa.select(sa.func.max(Notice.made_at)).where(Notice.person_id == person_id, *_words()).scalar_subquery()


def _words() -> tuple[Any, ...]:
    return Notice.kind == WRITTEN, Notice.by_id.is_not(None)


@cache
def _signs() -> Any:
    """Since when each learner has been here, and when the person last came to any page."""
    return (
        sa.select(
            Person.id,
            Person.public_id,
            Person.name,
            Membership.since,
            sa.func.max(SignIn.last_used_at).label("used_at"),
            _written(Membership.person_id).label("written_at"),
        )
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(SignIn, SignIn.person_id == Person.id)
        .where(Membership.cohort_id == COHORT, Membership.role == Role.LEARNER, Membership.ended_at.is_(None))
        .group_by(Membership.id, Person.id)
    )
