"""What waits for an administrator: files that failed or were not sent whole, cohorts without people or modules."""

from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort, Membership
from app.people.rules import Role
from media.models import Recording, Version
from media.queries import newest_number
from media.rules import Origin, State
from modules.models import Assignment, Module


class Some(NamedTuple):
    """How many there are, and one of them: the only one, where there is one."""

    many: int
    public_id: str | None
    name: str | None


class Waiting(NamedTuple):
    """Recordings whose newest file failed or is not whole yet; cohorts, and those where nobody learns or nothing is
    given."""

    failed: Some
    unfinished: Some
    cohorts: int
    empty: Some
    bare: Some


def waiting(session: Session) -> Waiting:
    """Two statements."""
    recordings, (cohorts, *found) = fetch(session, _recordings())[0], fetch(session, _cohorts())[0]
    return Waiting(Some(*recordings[:3]), Some(*recordings[3:]), cohorts, Some(*found[:3]), Some(*found[3:]))


@cache
def _recordings() -> Any:
    failed = Version.state == State.FAILED
    unfinished = sa.and_(Version.state == State.UPLOADING, Version.origin != Origin.SERVER)
    return (
        sa.select(*_some(failed, Recording.public_id, Recording.title))
        .add_columns(*_some(unfinished, Recording.public_id, Recording.title))
        .select_from(Recording)
        .join(Version, Version.recording_id == Recording.id)
        .where(Recording.archived_at.is_(None), Version.number == newest_number())
    )


@cache
def _cohorts() -> Any:
    learns = sa.exists().where(
        Membership.cohort_id == Cohort.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
    )
    has = sa.exists().where(
        Assignment.cohort_id == Cohort.id, Assignment.module_id == Module.id, Module.archived_at.is_(None)
    )
    return (
        sa.select(sa.func.count())
        .add_columns(*_some(~learns, Cohort.public_id, Cohort.name), *_some(~has, Cohort.public_id, Cohort.name))
        .select_from(Cohort)
        .where(Cohort.archived_at.is_(None))
    )


def _some(counts: Any, public_id: Any, name: Any) -> tuple[Any, ...]:
    one = [sa.func.min(sa.case((counts, column))) for column in (public_id, name)]
    return (sa.func.coalesce(sa.func.sum(sa.case((counts, 1), else_=0)), 0), *one)
