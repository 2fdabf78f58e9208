"""The learners of cohorts are counted anew, cohort by cohort, for the report of a programme."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import DEFAULT
from app.people.models import Cohort
from modules.models import CohortTally, LearnerTally
from modules.queries.counted import counted

STALE = timedelta(hours=1)


def tally(session: Session, cohort: Cohort, *, now: datetime) -> int:
    """Count a cohort's learners; how many rows came of it. What was counted before is replaced as a whole."""
    rows = list(counted(session, cohort, DEFAULT))
    for table in (LearnerTally, CohortTally):
        session.execute(sa.delete(table).where(table.cohort_id == cohort.id))
    session.add_all([*rows, CohortTally(cohort_id=cohort.id, at=now)])
    session.flush()
    return len(rows)


def tally_stale(session: Session, now: datetime) -> None:
    """Count the one cohort that was counted longest ago, if that is an hour or more: the sweep asks again."""
    cohort = session.scalar(
        sa.select(Cohort)
        .outerjoin(CohortTally, CohortTally.cohort_id == Cohort.id)
        .where(sa.or_(CohortTally.at.is_(None), CohortTally.at <= now - STALE))
        .order_by(CohortTally.at.is_not(None), CohortTally.at, Cohort.id)
        .limit(1)
    )
    if cohort is not None:
        tally(session, cohort, now=now)


def tally_all(session: Session, *, now: datetime) -> int:
    """Count every cohort; how many there are."""
    cohorts = session.scalars(sa.select(Cohort).order_by(Cohort.id)).all()
    for cohort in cohorts:
        tally(session, cohort, now=now)
        session.expunge_all()
    return len(cohorts)
