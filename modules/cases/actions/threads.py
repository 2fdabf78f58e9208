"""Open, pin, close and move a thread; remember how far it was read."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import once
from app.people.models import Person
from modules.cases.actions.sheet import title_of
from modules.cases.models import Case, ReadMark, Thread
from modules.cases.queries.threads import unread_threads
from modules.cases.rules import Stage


def open_thread(
    session: Session, case: Case, cohort_id: int, *, title: str, stage: str | None, by: Person | None, now: datetime
) -> Thread:
    """A new discussion of a cohort on a case and, if wished, one stage."""
    thread = Thread(
        case_id=case.id,
        cohort_id=cohort_id,
        title=title_of(title),
        stage=Stage(stage) if stage else None,
        at=now,
        by_id=by.id if by else None,
    )
    session.add(thread)
    session.flush()
    return thread


def pin(session: Session, thread: Thread, *, pinned: bool, by: Person, now: datetime) -> None:
    """Keep a thread above the others, or let it go. Who did so first stays on record."""
    if pinned != (thread.pinned_at is not None):
        thread.pinned_at, thread.pinned_by_id = (now, by.id) if pinned else (None, None)
    session.flush()


def close(session: Session, thread: Thread, *, closed: bool, by: Person, now: datetime) -> None:
    """Take no more posts, or take them again. Who did so first stays on record."""
    if closed != (thread.closed_at is not None):
        thread.closed_at, thread.closed_by_id = (now, by.id) if closed else (None, None)
    session.flush()


def move(session: Session, thread: Thread, *, stage: str | None, title: str) -> None:
    """Hang a thread on another stage of its case, under this title."""
    thread.stage, thread.title = Stage(stage) if stage else None, title_of(title)
    session.flush()


def mark_all_read(session: Session, person_id: int, cohort_id: int, cycle_id: int) -> None:
    """Remember that every post of a cohort's threads on the cases of a cycle was read."""
    for thread_id, newest in unread_threads(session, person_id, cohort_id, cycle_id):
        mark_read(session, person_id, thread_id, newest)


def mark_read(session: Session, person_id: int, thread_id: int, upto: int) -> None:
    """Remember that every post up to this id was read; a mark only moves forward."""
    if once(session, ReadMark(person_id=person_id, thread_id=thread_id, upto_id=upto)):
        return
    mark = session.scalar(
        select(ReadMark).where(ReadMark.person_id == person_id, ReadMark.thread_id == thread_id).with_for_update()
    )
    if mark is not None and mark.upto_id < upto:
        mark.upto_id = upto
