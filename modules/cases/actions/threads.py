"""Open, pin, close and move a thread; remember how far it was read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.orm import Session

from app.people.models import Person
from modules.actions.adding import add_all
from modules.cases.actions.sheet import title_of
from modules.cases.models import Case, Post, ReadAhead, ReadMark, Thread
from modules.cases.queries.threads import unread_threads
from modules.cases.rules import Stage, read_upto

FRESH = {"populate_existing": True}


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


def put_away(session: Session, row: Case | Thread, *, away: bool, by: Person, now: datetime) -> None:
    """Archive a case or a thread, or bring it back as it was. Who did so first stays on record."""
    if away != (row.archived_at is not None):
        row.archived_at, row.archived_by_id = (now, by.id) if away else (None, None)
    session.flush()


def move(session: Session, thread: Thread, *, stage: str | None, title: str) -> None:
    """Hang a thread on another stage of its case, under this title."""
    thread.stage, thread.title = Stage(stage) if stage else None, title_of(title)
    session.flush()


def mark_all_read(session: Session, person_id: int, cohort_id: int, cycle_id: int) -> None:
    """Remember that every post of a cohort's threads on the cases of a cycle was read. The statements do not grow."""
    newest = dict(unread_threads(session, person_id, cohort_id, cycle_id))
    _move(session, person_id, {mark: newest[mark.thread_id] for mark in _marks(session, person_id, newest)})


def mark_read(session: Session, person_id: int, thread_id: int, shown: Collection[int]) -> None:
    """Remember that these posts of a thread were shown, and nothing of the others. The statements do not grow."""
    (mark,) = _marks(session, person_id, [thread_id])
    ahead = and_(ReadAhead.post_id == Post.id, ReadAhead.person_id == person_id)
    later = session.execute(
        select(Post.id, Post.author_id, ReadAhead.id)
        .outerjoin(ReadAhead, ahead)
        .where(Post.thread_id == thread_id, Post.id > mark.upto_id)
        .order_by(Post.id)
    ).all()
    known = {post_id for post_id, author_id, known in later if known is not None or author_id == person_id}
    _move(session, person_id, {mark: read_upto(mark.upto_id, (row[0] for row in later), known.union(shown))})
    beyond = {post_id for post_id in shown if post_id > mark.upto_id} - known
    place = {"person_id": person_id, "thread_id": thread_id}
    add_all(session, ReadAhead.__table__, [{**place, "post_id": post_id} for post_id in sorted(beyond)])


def _marks(session: Session, person_id: int, thread_ids: Collection[int]) -> Sequence[ReadMark]:
    """The person's marks in these threads, held until the transaction ends."""
    rows = [{"person_id": person_id, "thread_id": thread_id, "upto_id": 0} for thread_id in sorted(thread_ids)]
    add_all(session, ReadMark.__table__, rows)
    own = select(ReadMark).where(ReadMark.person_id == person_id, ReadMark.thread_id.in_(thread_ids))
    return session.scalars(own.order_by(ReadMark.thread_id).with_for_update(), execution_options=FRESH).all()


def _move(session: Session, person_id: int, to: Mapping[ReadMark, int]) -> None:
    """Forward only; what a mark passes need not be remembered by itself."""
    moved = [mark for mark, upto in to.items() if upto > mark.upto_id]
    for mark in moved:
        mark.upto_id = to[mark]
    session.flush()
    if moved:
        here = and_(ReadMark.person_id == person_id, ReadMark.thread_id == ReadAhead.thread_id)
        passed = exists().where(here, ReadMark.upto_id >= ReadAhead.post_id)
        own = (ReadAhead.person_id == person_id, ReadAhead.thread_id.in_([mark.thread_id for mark in moved]))
        session.execute(delete(ReadAhead).where(*own, passed), execution_options={"synchronize_session": False})
