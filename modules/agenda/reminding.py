"""Reminders, made and taken back every hour: the same few statements however many cohorts and people there are; and
once in a while a word to who has been silent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import i18n, jobs, notices
from app.db import db
from app.notices.models import Notice, Silence
from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from modules.agenda import queries
from modules.agenda.reminders import DATED, SILENT, SILENT_EVERY, WEEK, holds, key, reminders
from modules.agenda.rules import day_there
from modules.earned import ModuleCompletion
from modules.moments import Moment
from modules.queries.needs import needs

BELL = "agenda.silent"
Pairs = set[tuple[int, int]]


@jobs.sweep_every(3600)
def remind(session: Session, now: datetime) -> None:
    """Tell what comes to who has not done it; what was told and holds no more is taken back."""
    cohorts = session.scalars(sa.select(Cohort.id).where(Cohort.archived_at.is_(None))).all()
    found = _moments(session, cohorts)
    learners = _learners(session, cohorts)
    done = _done(session, {moments[0].module_id for moments in found.values() if moments[0].module_id})
    first = [moments[0] for moments in found.values()]
    silenced = {(row.cohort_id, row.kind) for row in session.scalars(sa.select(Silence))}
    told: dict[str, list[Any]] = {}
    for person_id, kind, moment in reminders(first, learners, done, silenced, now):
        told.setdefault(kind, []).append((person_id, key(moment), moment.path, _words(found[moment.key])))
    for kind, rows in told.items():
        notices.tell_all(session, kind, rows, now=now)
    _take_back(session, holds(first, learners, done, now), now)


@jobs.sweep_every(6 * 3600)
def look_for_silent(session: Session, now: datetime) -> None:
    """Ring for each cohort: to look takes longer than a sweep may hold up others."""
    for cohort_id in session.scalars(sa.select(Cohort.id).where(Cohort.archived_at.is_(None))):
        jobs.ring(session, BELL, cohort_id, last=True)


@jobs.handler(BELL)
def tell_silent(cohort_id: int) -> None:
    """A word to those of a cohort who did nothing for a week, once in two weeks at most."""
    with db.sessionmaker() as reading:
        reading.connection(execution_options={"write": False})
        now = jobs.time_of(reading)
        cohort = reading.get(Cohort, cohort_id)
        if cohort is None or cohort.archived_at or SILENT in notices.silenced(reading, cohort_id):
            return
        silent = {need.learner.id: need.silent_since for need in needs(reading, cohort, i18n.DEFAULT, now)}
    people = [person_id for person_id, since in silent.items() if since and now - since >= WEEK]
    with db.sessionmaker.begin() as session:
        told_silent(session, people, now)


def told_silent(session: Session, people: Collection[int], now: datetime) -> None:
    """Tell these people, but for those who were told lately."""
    lately = sa.select(Notice.person_id).where(
        Notice.kind == SILENT, Notice.person_id.in_(people), Notice.made_at > now - SILENT_EVERY
    )
    known = set(session.scalars(lately))
    rows: list[tuple[int, str, str, dict[str, Any]]] = [
        (person_id, f"{now:%Y%m%d}", "/", {}) for person_id in sorted(people) if person_id not in known
    ]
    notices.tell_all(session, SILENT, rows, now=now)


def _moments(session: Session, cohorts: Sequence[int]) -> dict[str, list[Moment]]:
    """By their key, each in all languages that are spoken here."""
    found: dict[str, list[Moment]] = {}
    for lang in i18n.offered() if cohorts else ():
        for moment in (*queries.modules(session, cohorts, lang), *queries.sittings(session, cohorts, lang)):
            found.setdefault(moment.key, []).append(moment)
    return found


def _words(moments: Sequence[Moment]) -> dict[str, Any]:
    one = moments[0]
    said = notices.day(day_there(one)) if one.day_only else notices.moment(one.at, one.zone)
    titles = dict(zip(i18n.offered(), (str(moment.title) for moment in moments), strict=True))
    return {"title": notices.titles(titles), "day": said, "place": one.place}


def _learners(session: Session, cohorts: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    asked = (
        sa.select(Membership.cohort_id, Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.cohort_id.in_(cohorts),
            Membership.role == Role.LEARNER,
            Membership.ended_at.is_(None),
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
        )
    )
    for cohort_id, person_id in session.execute(asked):
        found.setdefault(cohort_id, []).append(person_id)
    return found


def _done(session: Session, modules: Collection[int]) -> Pairs:
    asked = sa.select(ModuleCompletion.person_id, ModuleCompletion.module_id).where(
        ModuleCompletion.module_id.in_(modules), ModuleCompletion.ended_at.is_(None)
    )
    return {(person_id, module_id) for person_id, module_id in session.execute(asked)}


def _take_back(session: Session, still: Collection[tuple[int, str]], now: datetime) -> None:
    unseen = (Notice.read_at.is_(None), Notice.mail_id.is_(None), Notice.cancelled_at.is_(None))
    asked = sa.select(Notice.id, Notice.person_id, Notice.key).where(Notice.kind.in_(DATED), *unseen)
    gone = [row.id for row in session.execute(asked) if (row.person_id, row.key) not in still]
    if gone:
        notices.cancel_rows(session, gone, now=now)
