"""What a person must be told: a step that was done was taken back, or given again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.db import Instant, fetch
from app.people.models import Cohort, Membership, Person
from modules.models import Assignment, Completion, Module, Revocation, Step
from modules.queries.statements import LANG, PERSON
from modules.queries.titles import Titled

NEW_FOR = timedelta(days=14)
_SINCE = sa.bindparam("since", type_=Instant())
_STEP = sa.bindparam("step", type_=sa.Integer())


class Notice(NamedTuple):
    """One revocation and, where there was one, its end."""

    step_id: str
    title: str
    zone: str | None
    at: datetime
    why: str
    by: str | None
    undone_at: datetime | None
    undone_by: str | None


def notices_of_step(session: Session, person_id: int, step_id: int, lang: str, now: datetime) -> Sequence[Notice]:
    """On the page of the step: what is taken back for as long as it is, its end for two weeks. One statement."""
    asked = {"person": person_id, "step": step_id, "lang": lang, "since": now - NEW_FOR}
    return [Notice(*row) for row in fetch(session, _of_step(), asked)]


def notices_of_kind(
    session: Session, person_id: int, kind: str, cycle_id: int, lang: str, now: datetime
) -> Sequence[Notice]:
    """On a page that many steps share: as on the page of a step, for each of this kind in a cycle. One statement."""
    asked = {"person": person_id, "kind": kind, "cycle": cycle_id, "lang": lang, "since": now - NEW_FOR}
    return [Notice(*row) for row in fetch(session, _of_kind(), asked)]


def new_notices(session: Session, person_id: int, lang: str, now: datetime) -> Sequence[Notice]:
    """On the home page: what was taken back or given again in the last two weeks. One statement."""
    asked = {"person": person_id, "lang": lang, "since": now - NEW_FOR}
    return [Notice(*row) for row in fetch(session, _new(), asked)]


@cache
def _of_step() -> Any:
    return _notices().where(Completion.step_id == _STEP, _standing())


@cache
def _of_kind() -> Any:
    of_cycle = sa.select(Module.id).where(Module.cycle_id == sa.bindparam("cycle", type_=sa.Integer()))
    these = (Step.kind == sa.bindparam("kind"), Step.archived_at.is_(None), Step.module_id.in_(of_cycle))
    return _notices().where(*these, _standing())


def _standing() -> Any:
    return sa.or_(Revocation.undone_at.is_(None), Revocation.undone_at >= _SINCE)


@cache
def _new() -> Any:
    return _notices().where(sa.or_(Revocation.at >= _SINCE, Revocation.undone_at >= _SINCE), Step.archived_at.is_(None))


def _notices() -> Any:
    titled, taker, giver = Titled(Step, LANG), aliased(Person), aliased(Person)
    zone = (
        sa.select(sa.func.min(Cohort.zone))
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .join(Membership, Membership.cohort_id == Cohort.id)
        .where(Assignment.module_id == Step.module_id, Membership.person_id == PERSON)
        .correlate(Step)
        .scalar_subquery()
    )
    return titled.join(
        sa.select(
            Step.public_id, titled.text(), zone, Revocation.at, Revocation.why, taker.name, Revocation.undone_at,
            giver.name,
        )
        .select_from(Completion)
        .join(Revocation, Revocation.completion_id == Completion.id)
        .join(Step, Step.id == Completion.step_id)
        .outerjoin(taker, taker.id == Revocation.by_id)
        .outerjoin(giver, giver.id == Revocation.undone_by_id)
        .where(Completion.person_id == PERSON)
        .order_by(Revocation.at.desc(), Revocation.id.desc())
    )  # fmt: skip
