"""Grade open answers and release the grades: each grade is a version, a release is one act."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import notices
from app.db import once
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.models import Cohort, Person
from app.text import clean_text, render
from quizzes.actions.taking import settle
from quizzes.models import Attempt, AttemptItem, Grade, Quiz, Release
from quizzes.queries.releasing import ready_grades

GRADED = "graded"
OUTDATED = lazy("Somebody graded this answer while you were reading. Compare, then save again.")
NOT_GRADED = lazy("This answer has no grade to take back.")
NOTHING_READY = lazy("No grade is ready to be released.")


def grade(
    session: Session, item: AttemptItem, by: Person, *, points: float, comment: str, after: int, now: datetime
) -> Grade:
    """Give points and a comment as version `after` + 1; refused when another version came in between."""
    if not 0 <= points <= item.points:
        raise Invalid(fields={"points": lazy("Give between 0 and %(most)s points.", most=f"{item.points:g}")})
    comment = clean_text(comment) if comment.strip() else ""
    return _add(
        session,
        Grade(
            item_id=item.id, number=after + 1, points=points, comment=comment,
            comment_html=render(comment, base_level=4) if comment else "", at=now, by_id=by.id,
        ),
    )  # fmt: skip


def take_back(session: Session, item: AttemptItem, by: Person, *, after: int, now: datetime) -> Grade:
    """Undo grade version `after`: a new version says what the one before said, or that the answer waits again."""
    if after < 1:
        raise Conflict(NOT_GRADED)
    before = session.scalar(select(Grade).where(Grade.item_id == item.id, Grade.number == after - 1))
    restored = Grade(item_id=item.id, number=after + 1, points=None, at=now, by_id=by.id)
    if before is not None:
        restored.points, restored.comment, restored.comment_html = before.points, before.comment, before.comment_html
    return _add(session, restored)


def release(session: Session, quiz: Quiz, cohort: Cohort, by: Person, *, now: datetime) -> int:
    """Let the learners see every grade that is ready, but for who releases; report who passes now. How many."""
    ready = dict(ready_grades(session, quiz, cohort, by.id))
    if not ready:
        raise Conflict(NOTHING_READY)
    act = Release(quiz_id=quiz.id, cohort_id=cohort.id, at=now, by_id=by.id)
    session.add(act)
    session.flush()
    # A trainer of another cohort of the same learners may have released them since: only what is ours is counted.
    ours = update(Grade).where(Grade.id.in_(ready), Grade.release_id.is_(None)).values(release_id=act.id)
    released = list(session.scalars(ours.returning(Grade.id)))
    if not released:
        raise Conflict(NOTHING_READY)
    touched = select(Attempt).where(Attempt.id.in_({ready[grade_id] for grade_id in released}))
    attempts = list(session.scalars(touched.order_by(Attempt.id)))
    settle(session, attempts, now=now)
    _tell(session, cohort, act, attempts, now)
    return len(released)


def _tell(session: Session, cohort: Cohort, act: Release, attempts: Sequence[Attempt], now: datetime) -> None:
    if GRADED not in notices.silenced(session, cohort.id):
        told: list[tuple[int, str, str, dict[str, str]]] = []
        for one in attempts:
            told.append((one.person_id, f"{act.id}-{one.public_id}", f"/attempts/{one.public_id}", {}))
        notices.tell_all(session, GRADED, told, now=now)


def _add(session: Session, version: Grade) -> Grade:
    newest = session.scalar(select(func.max(Grade.number)).where(Grade.item_id == version.item_id)) or 0
    if version.number != newest + 1 or not once(session, version):
        raise Conflict(OUTDATED)
    return version
