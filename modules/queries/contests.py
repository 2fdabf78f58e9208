"""What learners say is wrong: what waits for an answer, what was answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.db import within
from app.people.models import Cohort, Person
from modules.models import Contest

PAGE = 25
NEW_FOR = timedelta(days=14)


class Line(NamedTuple):
    """An objection as lists and its page show it."""

    public_id: str
    kind: str
    about: str
    facts: Sequence[str]
    body: str
    at: datetime
    name: str
    person: str
    cohort: str
    cohort_id: str
    zone: str
    answered_at: datetime | None
    answered_by: str | None
    answer: str | None
    outcome: str | None


@dataclass(frozen=True)
class Lines:
    """One page of them."""

    lines: Sequence[Line]
    page: int
    pages: int
    total: int


def waiting(session: Session, cohorts: Collection[int] | None) -> int:
    """How many wait for an answer, in these cohorts or in all."""
    asked = sa.select(sa.func.count()).select_from(Contest).where(Contest.answered_at.is_(None))
    return session.scalar(asked if cohorts is None else asked.where(Contest.cohort_id.in_(cohorts))) or 0


def listed(session: Session, cohorts: Collection[int] | None, page: int, *, answered: bool) -> Lines:
    """Those that wait, the oldest first; those that were answered, the newest first."""
    of = () if cohorts is None else (Contest.cohort_id.in_(cohorts),)
    of = (*of, Contest.answered_at.is_not(None) if answered else Contest.answered_at.is_(None))
    total = session.scalar(sa.select(sa.func.count()).select_from(Contest).where(*of)) or 0
    number, pages = within(page, total, PAGE)
    order = Contest.answered_at.desc() if answered else Contest.at
    rows = session.execute(_lines().where(*of).order_by(order, Contest.id).limit(PAGE).offset((number - 1) * PAGE))
    return Lines([Line(*row) for row in rows], number, pages, total)


def one(session: Session, contest_id: int) -> Line:
    """One of them; who may see it was asked before."""
    return Line(*session.execute(_lines().where(Contest.id == contest_id)).one())


def of_thing(session: Session, person_id: int, kind: str, about: str) -> list[Line]:
    """What the person said of one thing, the newest first."""
    asked = _lines().where(Contest.person_id == person_id, Contest.kind == kind, Contest.about == about)
    return [Line(*row) for row in session.execute(asked.order_by(Contest.id.desc()).limit(PAGE))]


def answered_lately(session: Session, person_id: int, now: datetime) -> list[Line]:
    """What the person was answered in the last two weeks."""
    asked = _lines().where(Contest.person_id == person_id, Contest.answered_at >= now - NEW_FOR)
    return [Line(*row) for row in session.execute(asked.order_by(Contest.answered_at.desc()).limit(PAGE))]


def _lines() -> Any:
    answerer = aliased(Person)
    return (
        sa.select(
            Contest.public_id, Contest.kind, Contest.about, Contest.facts, Contest.body, Contest.at, Person.name,
            Person.public_id, Cohort.name, Cohort.public_id, Cohort.zone, Contest.answered_at, answerer.name,
            Contest.answer, Contest.outcome,
        )
        .select_from(Contest)
        .join(Person, Person.id == Contest.person_id)
        .join(Cohort, Cohort.id == Contest.cohort_id)
        .outerjoin(answerer, answerer.id == Contest.answered_by_id)
    )  # fmt: skip
