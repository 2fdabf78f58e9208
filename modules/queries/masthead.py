"""The woven band under the masthead: the learner's own cycle, the trainer's cohorts, or the recordings that are
ready."""

import json
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.i18n import gettext as _
from app.i18n import percent
from app.people.models import Cohort, Membership
from app.people.rules import Role
from media.models import Recording, Version
from media.rules import State
from modules import rules
from modules.models import Assignment, Module, Step
from modules.queries.shapes import average_of, part_of, weight, woven
from modules.queries.standing import learning_known
from modules.queries.statements import COHORTS, done_by_member, weaving

Part = tuple[int, float, Any]
NOTHING_YET: list[Part] = [(0, 1, 0.0)]


def masthead(session: Session, person: Any | None) -> dict[str, Any]:
    """`bands`: parts (dye, size, done) for app.web.bands.cycle; `label`: the same in words. At most two statements."""
    if person is None:
        return {"bands": _programme(session), "label": _("The programme")}
    if person.is_admin:
        return _recordings(session)
    trained = person.cohorts_as(Role.TRAINER)
    if trained:
        return _cohorts(session, trained)
    known = learning_known(session, person)
    parts = _woven(session, person.id) if known is None else [module.part for module in known]
    return {"bands": parts or NOTHING_YET, "label": _("Your cycle: %(share)s done", share=percent(share(parts)))}


def share(parts: Sequence[Part]) -> float:
    """How much of several parts is done, by their sizes."""
    whole = sum(size for _dye, size, _done in parts)
    done = sum(size * (rules.covered(d) if isinstance(d, list) else d) for _dye, size, d in parts)
    return min(done / whole, 1.0) if whole else 0.0


def _woven(session: Session, person_id: int) -> list[Part]:
    """The same parts as `learning` has, without titles, prices and views."""
    rows = fetch(session, weaving(), {"person": person_id})
    steps = [list(own) for _step, own in groupby(rows, key=lambda row: (row.module_id, row.id))]
    average = average_of(own[0].duration for own in steps)
    return [_module(list(own), average) for _module_id, own in groupby(steps, key=lambda own: own[0].module_id)]


def _module(steps: Sequence[Sequence[Any]], average: float) -> Part:
    average = average_of((rows[0].duration for rows in steps), otherwise=average)
    weights, done = [], []
    text = steps[0][0].terms
    terms = json.loads(text) if '"classes"' in text else None
    for rows in steps:
        row = rows[0]
        if row.id is None:
            continue
        which = rules.classes(terms, row.public_id)
        seen = rules.carried(rows, row.version_id, row.duration, which).ranges if row.ranges is not None else []
        weights.append(weight(row.kind, row.duration, average))
        done.append(woven(row.kind, row.duration, seen, row.done_at is not None))
    return part_of(rules.dye(steps[0][0].place), weights, done)


def _programme(session: Session) -> list[Part]:
    positions = session.scalars(
        sa.select(Module.position).where(Module.archived_at.is_(None)).order_by(Module.cycle_id, Module.position)
    )
    return [(rules.dye(position), 1, 1.0) for position in positions] or NOTHING_YET


def _cohorts(session: Session, cohort_ids: list[int]) -> dict[str, Any]:
    """Per module: the share of (learner, step) pairs that are done in the trainer's cohorts."""
    rows = session.execute(_pairs(), {"cohorts": cohort_ids}).all()
    parts = [(rules.dye(position), 1, done / pairs) for position, pairs, done in rows]
    return {"bands": parts or NOTHING_YET, "label": _("Your cohorts: %(share)s done", share=percent(share(parts)))}


@cache
def _pairs() -> Any:
    learners = sa.and_(
        Membership.cohort_id == Assignment.cohort_id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )
    return (
        sa.select(Module.position, sa.func.count(), sa.func.sum(sa.case((done_by_member(), 1), else_=0)))
        .select_from(Assignment)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(Module, Module.id == Assignment.module_id)
        .join(Step, sa.and_(Step.module_id == Module.id, Step.archived_at.is_(None)))
        .join(Membership, learners)
        .where(Assignment.cohort_id.in_(COHORTS), Module.archived_at.is_(None), Cohort.archived_at.is_(None))
        .group_by(Module.cycle_id, Module.position, Module.id)
        .order_by(Module.cycle_id, Module.position)
    )


def _recordings(session: Session) -> dict[str, Any]:
    every, good = session.execute(_ready()).one()
    label = _("Recordings ready: %(ready)d of %(all)d", ready=good, all=every)
    return {"bands": [(6, 1, good / every if every else 0.0)], "label": label}


@cache
def _ready() -> Any:
    ready = sa.exists().where(Version.recording_id == Recording.id, Version.shown_at.is_not(None))
    return sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((ready, 1), else_=0)), 0)).where(
        Recording.archived_at.is_(None),
        sa.exists().where(Version.recording_id == Recording.id, Version.state != State.CANCELLED),
    )
