"""From an id that somebody typed to a row that they may see. Not there and not theirs look the same: 404."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from app.db import Instant, fetch
from app.errors import Conflict, Forbidden, NotFound
from app.i18n import lazy
from app.people.models import Cohort, Person
from app.people.rules import Role
from modules.cases import rules
from modules.cases.models import Case, Hiding, Post, Thread
from modules.models import Assignment, Cycle, Module, Step

WITHDRAWN = lazy("Its author has withdrawn this post.")
TOLD_ELSEWHERE = lazy("Another cohort tells this case now, or it is archived: what you wrote could not be saved here.")
WRITERS = frozenset({Role.LEARNER, Role.TRAINER, Role.PRESENTER, Role.EXPERT})


@dataclass(frozen=True, slots=True)
class Place:
    """A cohort in which the viewer reads the cases of a cycle, and what he may do there."""

    cycle_id: int
    cycle: str
    cohort_id: int
    cohort: str
    name: str
    zone: str
    member: bool
    moderates: bool
    presents: bool
    writes: bool

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.cohort}.{self.cycle}"


# Asked on nearly every page of the room, so composed once.
_EVERYWHERE = (
    select(Module.cycle_id, Cycle.public_id, Cohort.id, Cohort.public_id, Cohort.name, Cohort.zone)
    .distinct()
    .join(Cycle, Cycle.id == Module.cycle_id)
    .join(Assignment, Assignment.module_id == Module.id)
    .join(Cohort, Cohort.id == Assignment.cohort_id)
    .join(Step, Step.module_id == Module.id)
    .where(Step.kind == "cases", Step.archived_at.is_(None), Module.archived_at.is_(None), Cohort.archived_at.is_(None))
    .order_by(Cohort.id.desc(), Module.cycle_id)
)
_OPEN = or_(Assignment.opens_at.is_(None), Assignment.opens_at <= bindparam("now", type_=Instant()))
_PLACES = _EVERYWHERE.where(
    Assignment.cohort_id.in_(bindparam("cohorts", expanding=True)),
    or_(_OPEN, Assignment.cohort_id.in_(bindparam("trained", expanding=True))),
)
_THREAD = select(Thread, Case).join(Case, Case.id == Thread.case_id).where(Thread.public_id == bindparam("public_id"))


def places(session: Session, person: Person, now: datetime) -> list[Place]:
    """All cohorts that have a case step which this person may enter, the newest first."""
    asked = {"now": now, "cohorts": list(person.roles), "trained": person.cohorts_as(Role.TRAINER)}
    found = fetch(session, _EVERYWHERE) if person.is_admin else fetch(session, _PLACES, asked)
    return [_place(person, *row) for row in found]


def place_among(available: list[Place], cohort: str | None, cycle: str | None = None) -> Place:
    """The place of the cohort and the cycle that were chosen by their public ids, else the first one."""
    for place in available:
        if cohort in (None, "", place.cohort) and cycle in (None, "", place.cycle):
            return place
    raise NotFound


def case_for(
    session: Session, person: Person, public_id: str, now: datetime, cohort: str | None = None
) -> tuple[Case, Place, list[Place]]:
    """A case, the place from which it is read, and the other places it could be read from."""
    case = session.scalar(select(Case).where(Case.public_id == public_id))
    if case is None or (case.archived_at is not None and not may_archive(case, person)):
        raise NotFound
    available = [place for place in places(session, person, now) if place.cycle_id == case.cycle_id]
    if cohort is None:  # Who belongs to the cohort that tells the case reads it from there.
        available.sort(key=lambda place: place.cohort_id != case.cohort_id)
    return case, place_among(available, cohort), available


def thread_for(session: Session, person: Person, public_id: str, now: datetime) -> tuple[Thread, Case, Place]:
    """A thread of one of the viewer's cohorts."""
    row = session.execute(_THREAD, {"public_id": public_id}).one_or_none()
    if row is None:
        raise NotFound
    thread, case = row
    return thread, case, _place_of(session, person, thread, case, now)


def post_for(session: Session, person: Person, public_id: str, now: datetime) -> tuple[Post, Thread, Case, Place]:
    """A post in sight of the viewer: a hidden one only for its author and the trainers."""
    found = select(Post, Thread, Case).join(Thread, Thread.id == Post.thread_id).join(Case, Case.id == Thread.case_id)
    row = session.execute(found.where(Post.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    post, thread, case = row
    place = _place_of(session, person, thread, case, now)
    hidden = hiding_of(session, post) is not None
    if hidden and not rules.sees_hidden(is_author=post.author_id == person.id, moderates=place.moderates):
        raise NotFound
    return post, thread, case, place


def hiding_of(session: Session, post: Post) -> Hiding | None:
    """The hiding that holds now."""
    return session.scalar(select(Hiding).where(Hiding.post_id == post.id, Hiding.undone_at.is_(None)))


def need_standing(post: Post) -> None:
    """Refuse to do anything with a post that its author has withdrawn."""
    if post.withdrawn_at is not None:
        raise Conflict(WITHDRAWN)


def need(allowed: bool) -> None:
    """Refuse what the viewer's role in this cohort does not allow."""
    if not allowed:
        raise Forbidden


def may_tell(case: Case, place: Place, person: Person) -> bool:
    """Whether the viewer fills in the sheet: presenters and trainers of the telling cohort, administrators."""
    if case.archived_at is not None or person.is_admin:
        return case.archived_at is None
    return (place.moderates or place.presents) and case.cohort_id in (None, place.cohort_id)


def tellers(case: Case, available: list[Place], person: Person) -> list[Place]:
    """The cohorts that this person could have tell a case of the whole cycle, which its first text gives to one."""
    if case.template_at is None or case.cohort_id is not None:
        return []
    return [place for place in available if may_tell(case, place, person)]


def need_telling(case: Case, place: Place, person: Person, *, sends: bool) -> None:
    """Refuse who does not fill in the sheet; who could when he began to write gets back what he sends."""
    if not may_tell(case, place, person) and sends and (place.moderates or place.presents):
        raise Conflict(TOLD_ELSEWHERE)
    need(may_tell(case, place, person))


def may_archive(case: Any, person: Person) -> bool:
    """Whether the viewer puts a case away, still sees it and brings it back: he leads the cohort that tells it."""
    return person.is_admin or case.cohort_id in person.cohorts_as(Role.TRAINER)


def is_away(thread: Thread, case: Case) -> bool:
    """Whether a thread is archived, by itself or with its case."""
    return thread.archived_at is not None or case.archived_at is not None


def may_read_texts(case: Case, person: Person) -> bool:
    """Whether the texts of the sheet are open to this reader."""
    return rules.may_show(case.consent, rules.Surface.SHEET, inside=is_inside(case.cohort_id, person))


def may_identify(case: Any, person: Person) -> bool:
    """Whether this reader may know whose case it is."""
    return rules.may_identify(case.consent, inside=is_inside(case.cohort_id, person))


def is_inside(cohort_id: int | None, person: Person) -> bool:
    """Whether the person belongs to the cohort that tells a case; a case of the whole cycle is told by all."""
    return person.is_admin or cohort_id is None or cohort_id in person.roles


def _place_of(session: Session, person: Person, thread: Thread, case: Case, now: datetime) -> Place:
    for place in places(session, person, now):
        if (place.cohort_id, place.cycle_id) == (thread.cohort_id, case.cycle_id):
            lost = thread.archived_at is not None and not place.moderates
            if not lost and (case.archived_at is None or may_archive(case, person)):
                return place
    raise NotFound


def _place(person: Person, cycle_id: int, cycle: str, cohort_id: int, cohort: str, name: str, zone: str) -> Place:
    held = person.roles.get(cohort_id, frozenset())
    return Place(
        cycle_id=cycle_id,
        cycle=cycle,
        cohort_id=cohort_id,
        cohort=cohort,
        name=name,
        zone=zone,
        member=bool(held),
        moderates=person.is_admin or Role.TRAINER in held,
        presents=Role.PRESENTER in held,
        writes=person.is_admin or bool(WRITERS & held),
    )
