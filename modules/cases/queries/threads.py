"""Threads with what is in them and what is new: always a constant number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import Session

from app.db import fetch, within
from app.people.models import Person
from modules.cases import words
from modules.cases.models import Case, Hiding, Post, ReadAhead, ReadMark, Thread

PER_PAGE = 20
READER = bindparam("reader", type_=Integer)


@dataclass(frozen=True, slots=True)
class Activity:
    """What happens in some threads. `posts` are those in sight: the same number for whoever reads."""

    threads: int = 0
    posts: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread in the list of a case. `posts` and `last_at` are of those in sight."""

    thread: Thread
    stage: Any
    posts: int
    unread: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of a case's threads."""

    rows: list[ThreadRow]
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Closing:
    """When a thread was closed, and by whom; `by` None: the account was erased."""

    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class News:
    """A thread with unread posts, for the home page. It never holds a text of a post."""

    public_id: str
    title: str
    case_title: str
    lang: str
    cohort_id: int | None
    consent: str
    unread: int


def at_hand() -> ColumnElement[bool]:
    """Whether a thread is not put away."""
    return Thread.archived_at.is_(None)


def in_sight() -> ColumnElement[bool]:
    """Whether a post is neither hidden nor withdrawn."""
    hidden = select(Hiding.id).where(Hiding.post_id == Post.id, Hiding.undone_at.is_(None)).exists()
    return and_(Post.withdrawn_at.is_(None), ~hidden)


def counted() -> ColumnElement[int]:
    """How many posts are in sight."""
    return func.count(case((in_sight(), Post.id)))


def unread_by_reader() -> ColumnElement[bool]:
    """Whether a post, with the reader's mark joined, is new to the person of the parameter `reader`."""
    later = or_(ReadMark.upto_id.is_(None), Post.id > ReadMark.upto_id)
    here = and_(ReadAhead.person_id == READER, ReadAhead.thread_id == Post.thread_id, ReadAhead.post_id == Post.id)
    return and_(Post.author_id != READER, later, ~select(ReadAhead.id).where(here).exists(), in_sight())


def activity(session: Session, case_ids: Collection[int], cohort_id: int, person_id: int) -> dict[int, Activity]:
    """Threads, posts and unread posts of each case in a cohort."""
    found = activities(session, case_ids, [cohort_id], person_id)
    return {case_id: counts for (case_id, _), counts in found.items()}


def activities(
    session: Session, case_ids: Collection[int], cohort_ids: Collection[int], person_id: int
) -> dict[tuple[int, int], Activity]:
    """The same of several cohorts, by case and cohort."""
    asked = {"cases": list(case_ids), "cohorts": list(cohort_ids), "reader": person_id}
    return {(case, cohort): Activity(*counts) for case, cohort, *counts in fetch(session, _activity(), asked)}


def threads_of(
    session: Session,
    case_id: int,
    cohort_id: int,
    person_id: int,
    stage: str | None,
    number: int,
    archived: bool = False,
) -> ThreadPage:
    """One page of a case's threads, pinned ones first, then by their last post; beyond the last page, the last."""
    away = Thread.archived_at.is_not(None) if archived else at_hand()
    here = and_(
        Thread.case_id == case_id, Thread.cohort_id == cohort_id, away, Thread.stage == stage if stage else true()
    )
    total = session.scalar(select(func.count(Thread.id)).where(here)) or 0
    number, pages = within(number, total, PER_PAGE)
    last = func.max(case((in_sight(), Post.at)))
    found = (
        _with_marks(select(Thread, counted(), _unread(), last))
        .where(here)
        .group_by(Thread.id)
        .order_by(Thread.pinned_at.is_(None), func.coalesce(last, Thread.at).desc(), Thread.id.desc())
    )
    rows = session.execute(found.limit(PER_PAGE).offset((number - 1) * PER_PAGE), {"reader": person_id})
    shown = [ThreadRow(thread, words.STAGES.get(thread.stage), *rest) for thread, *rest in rows]
    return ThreadPage(shown, number, pages)


def thread_filled(_session: Session, thread: Thread) -> dict[str, Any]:
    """What the form that moves or renames a thread holds when it is opened."""
    return {"title": thread.title, "stage": thread.stage or ""}


def closing_of(session: Session, thread: Thread) -> Closing | None:
    """How a closed thread was closed."""
    if thread.closed_at is None:
        return None
    by = session.get(Person, thread.closed_by_id) if thread.closed_by_id else None
    return Closing(thread.closed_at, by.name if by and by.erased_at is None else None)


def stages_in_use(session: Session, case_id: int, cohort_id: int) -> list[str]:
    """The stages that have a thread, in the order of the project."""
    here = (Thread.case_id == case_id, Thread.cohort_id == cohort_id, at_hand())
    used = set(session.scalars(select(Thread.stage).where(*here)))
    return [stage for stage in words.STAGES if stage in used]


def archived_threads(session: Session, case_id: int, cohort_id: int) -> int:
    """How many threads of a cohort on a case are put away."""
    here = (Thread.case_id == case_id, Thread.cohort_id == cohort_id, ~at_hand())
    return session.scalar(select(func.count(Thread.id)).where(*here)) or 0


def cohorts_with_threads(session: Session, case_id: int) -> int:
    """How many cohorts discuss a case."""
    here = (Thread.case_id == case_id, at_hand())
    return session.scalar(select(func.count(Thread.cohort_id.distinct())).where(*here)) or 0


def news(session: Session, person_id: int, cohort_ids: Collection[int], cycle_ids: Collection[int]) -> list[News]:
    """The threads in which this person has unread posts, those with the newest first."""
    asked = {"cohorts": list(cohort_ids), "cycles": list(cycle_ids), "reader": person_id}
    return [News(*row) for row in fetch(session, _news(), asked)]


def unread_threads(session: Session, person_id: int, cohort_id: int, cycle_id: int) -> Sequence[tuple[int, int]]:
    """Each thread of a cohort on the cases of a cycle that holds something new, with its newest post."""
    newest = select(Thread.id, func.max(Post.id)).join(Case, Case.id == Thread.case_id)
    found = (
        _with_marks(newest)
        .where(Thread.cohort_id == cohort_id, Case.cycle_id == cycle_id, at_hand(), Case.archived_at.is_(None))
        .group_by(Thread.id)
        .having(_unread() > 0)
    )
    return [(thread_id, newest_id) for thread_id, newest_id in fetch(session, found, {"reader": person_id})]


@cache
def _activity() -> Any:
    counts = (func.count(Thread.id.distinct()), counted(), _unread())
    return (
        _with_marks(select(Thread.case_id, Thread.cohort_id, *counts))
        .where(
            Thread.case_id.in_(bindparam("cases", expanding=True)),
            Thread.cohort_id.in_(bindparam("cohorts", expanding=True)),
            at_hand(),
        )
        .group_by(Thread.case_id, Thread.cohort_id)
    )


@cache
def _news() -> Any:
    unread = _unread()
    told = select(Thread.public_id, Thread.title, Case.title, Case.lang, Case.cohort_id, Case.consent, unread)
    return (
        _with_marks(told.join(Case, Case.id == Thread.case_id))
        .where(
            Thread.cohort_id.in_(bindparam("cohorts", expanding=True)),
            Case.cycle_id.in_(bindparam("cycles", expanding=True)),
            at_hand(),
            Case.archived_at.is_(None),
        )
        .group_by(Thread.id, Case.id)
        .having(unread > 0)
        .order_by(func.max(Post.at).desc())
        .limit(10)
    )


def _unread() -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(Post.id.is_not(None), unread_by_reader()), 1), else_=0)), 0)


def _with_marks(statement: Any) -> Any:
    mine = and_(ReadMark.thread_id == Thread.id, ReadMark.person_id == READER)
    return statement.outerjoin(Post, Post.thread_id == Thread.id).outerjoin(ReadMark, mine)
