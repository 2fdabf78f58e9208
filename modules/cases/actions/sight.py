"""Take posts out of sight: a trainer hides and shows again, an author withdraws."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.db import once
from app.errors import Conflict, Forbidden, Invalid
from app.i18n import lazy
from app.people.models import Person
from app.text import clean_line
from modules.cases.access import hiding_of, need_standing
from modules.cases.actions.completion import report_contributions
from modules.cases.models import Case, Hiding, Post, Thread
from modules.cases.rules import may_unhide

LONGEST_REASON = 500


def withdraw(session: Session, post: Post, *, by: Person, now: datetime) -> None:
    """Show one's own post nowhere any more; its place, its answers and its versions on record stay. Twice is once."""
    if post.author_id != by.id:
        raise Forbidden(lazy("Only the author withdraws a post."))
    session.refresh(post, with_for_update=True)
    if hiding_of(session, post) is not None:
        raise Conflict(lazy("A trainer has hidden this post: it cannot be withdrawn while it is hidden."))
    post.withdrawn_at = post.withdrawn_at or now
    session.flush()


def hide(session: Session, post: Post, *, reason: str, by: Person, now: datetime) -> Hiding:
    """Take a post out of sight, with the reason; its author and the trainers still read it."""
    try:
        reason = clean_line(reason, longest=LONGEST_REASON)
    except Invalid as refusal:
        raise Invalid(fields={"reason": refusal.sentence}) from refusal
    if not reason:
        raise Invalid(fields={"reason": lazy("Write the reason: the author reads it.")})
    session.refresh(post, with_for_update=True)  # Two trainers at once: the second finds the first one's hiding.
    need_standing(post)
    once(session, Hiding(post_id=post.id, at=now, by_id=by.id, reason=reason))
    hiding = hiding_of(session, post)
    assert hiding is not None
    return hiding


def undo_hiding(session: Session, post: Post, *, by: Person, now: datetime) -> None:
    """Bring a hidden post back; it counts again for its author. Nobody brings back his own that another has hidden."""
    hiding = hiding_of(session, post)
    if hiding is not None and not may_unhide(by=by.id, author=post.author_id, hidden_by=hiding.by_id):
        raise Forbidden(lazy("Another trainer has hidden this post of yours: only another trainer shows it again."))
    if hiding is not None:
        hiding.undone_at, hiding.undone_by_id = now, by.id
        session.flush()
        thread = session.get_one(Thread, post.thread_id)
        case = session.get_one(Case, thread.case_id)
        report_contributions(session, case.cycle_id, thread.cohort_id, post.author_id, now)
