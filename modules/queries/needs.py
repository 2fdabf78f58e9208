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
from app.people.models import Cohort, Membership, SignIn
from app.people.rules import Role
from modules import rules
from modules.queries.learners import LearnerRow
from modules.queries.progress import CohortProgress, cohort_progress, stands_of
from modules.queries.shapes import ModuleView, StepView
from modules.queries.statements import COHORT
from modules.stands import Stand, Stands

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
    """Those who need a word, the longest first. The statements of a cohort's progress and one more."""
    found = cohort_progress(session, cohort, lang)
    stands = stands_of(session, found)
    known = {row.person_id: row for row in fetch(session, _signs(), {"cohort": cohort.id})}
    places = _places(found, now)
    told = [_need(learner, known[learner.id], places, stands, now) for learner in found.learners if learner.id in known]
    return sorted((need for need in told if need), key=lambda need: (need.since, need.learner.id))


def _places(found: CohortProgress, now: datetime) -> Mapping[int, Place]:
    """The steps of modules that have begun which somebody can do alone and now."""
    return {
        step.id: Place(module, step)
        for module in found.modules
        if rules.is_open(module.opens_at, now)
        for step in module.steps
        if step.kind != "in_person" and (step.kind != "recording" or step.duration)
    }


def _need(learner: LearnerRow, signs: Any, places: Mapping[int, Place], stands: Stands, now: datetime) -> Need | None:
    steps = _open_steps(learner, places, stands)
    moved = learner.last_at
    sign = max((at for at in (moved, signs.used_at) if at), default=None)
    stuck = rules.stuck(steps, joined_at=signs.since, moved_at=moved, now=now)
    silent = rules.silent(steps, joined_at=signs.since, sign_at=sign, now=now)
    if not (stuck or silent):
        return None
    at = places[stuck.step] if stuck else None
    return Need(learner, at, stuck.since if stuck else None, silent, signs.written_at)


def _open_steps(learner: LearnerRow, places: Mapping[int, Place], stands: Stands) -> Sequence[rules.Open]:
    if not learner.standings:
        return []
    facts = learner.standings[0].facts
    return [
        rules.Open(step_id, place.module.opens_at, facts.seen[step_id].at if step_id in facts.seen else None)
        for step_id, place in places.items()
        if step_id not in facts.done and _waits(stands.get((learner.id, step_id), NOBODYS))
    ]


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
            Membership.person_id,
            Membership.since,
            sa.func.max(SignIn.last_used_at).label("used_at"),
            _written(Membership.person_id).label("written_at"),
        )
        .outerjoin(SignIn, SignIn.person_id == Membership.person_id)
        .where(Membership.cohort_id == COHORT, Membership.role == Role.LEARNER, Membership.ended_at.is_(None))
        .group_by(Membership.id)
    )
