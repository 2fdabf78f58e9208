"""The posts of a thread in reading order: each exchange whole, oldest first, fifty to a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.db import fetch, within
from app.i18n import direction
from app.people.models import Membership, Person
from modules.cases import rules, words
from modules.cases.access import Place, is_away
from modules.cases.models import Case, Hiding, Post, PostText, ReadAhead, ReadMark, Thread
from modules.cases.queries.threads import READER, counted, unread_by_reader

PER_PAGE = 50


class PostRow(NamedTuple):
    """A post as its reader may see it: `name` None when the consent, an erased account or a trainer says so.

    `answers` is the post that a reply answers, `answers_name` its author where the reader may know him; `says_whom`:
    that post does not open the exchange right above it.
    """

    public_id: str
    kind: str
    sign: str
    word: str
    stage: str
    stage_name: str | None
    lang: str
    dir: str
    consent: str
    html: str
    body: str
    version: int
    at: datetime | None
    name: str | None
    role: str
    country: str | None
    is_reply: bool
    parent: str | None
    answers: str | None
    answers_name: str | None
    says_whom: bool
    unread: bool
    own: bool
    gone: bool
    hidden: bool
    withdrawn: bool
    reason: str | None
    may_edit: bool
    fixed: rules.Fixed | None
    may_withdraw: bool
    may_answer: bool
    may_unhide: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a thread; `shown` are the ids of its posts. `total` counts their places, `in_sight` what everybody
    reads."""

    rows: list[PostRow]
    number: int
    pages: int
    total: int
    in_sight: int
    shown: list[int]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who reads, where, and what all rows of the page share."""

    thread: Thread
    case: Case
    place: Place
    person: Person
    upto: int | None
    roles: dict[int, str]
    parents: dict[int, str]
    elsewhere: dict[int, str]
    said: Callable[[dict[str, Any], str | None], str]


# Built once: composing a statement costs more than running it.
_Answered, _AnsweredBy, _AnsweredHidden = aliased(Post), aliased(Person), aliased(Hiding)
_COLUMNS = (
    select(
        *(Post.id, Post.public_id, Post.thread_id, Post.parent_id, Post.root_id, Post.author_id, Post.kind),
        *(Post.stage, Post.lang, Post.consent, Post.version, Post.at, PostText.html, PostText.body),
        *(Post.withdrawn_at, Person.name, Person.country, Person.erased_at, Hiding.id.label("hiding"), Hiding.reason),
        Hiding.by_id.label("hidden_by"),
        *(Post.answers_id, _Answered.public_id.label("answers"), _Answered.consent.label("answers_consent")),
        *(_Answered.withdrawn_at.label("answers_withdrawn"), _AnsweredHidden.id.label("answers_hiding")),
        ReadAhead.id.label("ahead"),
        *(_AnsweredBy.name.label("answers_name"), _AnsweredBy.erased_at.label("answers_erased")),
    )
    .join(PostText, and_(PostText.post_id == Post.id, PostText.number == Post.version))
    .join(Person, Person.id == Post.author_id)
    .outerjoin(Hiding, and_(Hiding.post_id == Post.id, Hiding.undone_at.is_(None)))
    .outerjoin(ReadAhead, and_(ReadAhead.post_id == Post.id, ReadAhead.person_id == READER))
    .outerjoin(_Answered, _Answered.id == Post.answers_id)
    .outerjoin(_AnsweredBy, _AnsweredBy.id == _Answered.author_id)
    .outerjoin(_AnsweredHidden, and_(_AnsweredHidden.post_id == _Answered.id, _AnsweredHidden.undone_at.is_(None)))
)
_ONE = _COLUMNS.where(Post.id == bindparam("post"))
_SOME = (
    _COLUMNS.where(Post.thread_id == bindparam("thread"))
    .order_by(Post.root_id, Post.id)
    .limit(PER_PAGE)
    .offset(bindparam("before", type_=Integer))
)
_UPTO = select(ReadMark.upto_id).where(
    ReadMark.thread_id == bindparam("thread"), ReadMark.person_id == bindparam("reader")
)
_TOTALS = select(func.count(Post.id), counted(), _UPTO.scalar_subquery()).where(Post.thread_id == bindparam("thread"))
_ROLES = select(Membership.person_id, Membership.role).where(
    Membership.cohort_id == bindparam("cohort"), Membership.person_id.in_(bindparam("authors", expanding=True))
)


def page_of(session: Session, thread: Thread, case: Case, place: Place, person: Person, number: int) -> Page:
    """One page of the thread, in a constant number of statements."""
    total, in_sight, upto = fetch(session, _TOTALS, {"thread": thread.id, "reader": person.id})[0]
    number, pages = within(number, total, PER_PAGE)
    asked = {"thread": thread.id, "before": (number - 1) * PER_PAGE, "reader": person.id}
    records = fetch(session, _SOME, asked)
    rows = _rows(session, records, thread, case, place, person, upto)
    return Page(rows, number, pages, total, in_sight, [record.id for record in records])


def row_of(session: Session, post: Post, thread: Thread, case: Case, place: Place, person: Person) -> PostRow:
    """One post as its reader may see it."""
    session.flush()  # A post may be shown in the request that writes it.
    records = fetch(session, _ONE, {"post": post.id, "reader": person.id})
    upto = session.scalar(_UPTO, {"thread": thread.id, "reader": person.id})
    return _rows(session, records, thread, case, place, person, upto)[0]


def place_in_thread(session: Session, post: Post) -> int:
    """The number of the page on which a post stands."""
    earlier = or_(Post.root_id < post.root_id, and_(Post.root_id == post.root_id, Post.id < post.id))
    before = session.scalar(select(func.count(Post.id)).where(Post.thread_id == post.thread_id, earlier)) or 0
    return before // PER_PAGE + 1


def first_unread(session: Session, thread: Thread, person: Person) -> Post | None:
    """The oldest post of the thread that this person has not read."""
    mine = and_(ReadMark.thread_id == Post.thread_id, ReadMark.person_id == READER)
    found = select(Post).outerjoin(ReadMark, mine).where(Post.thread_id == thread.id, unread_by_reader())
    return session.scalar(found.order_by(Post.id).limit(1), {"reader": person.id})


def history(session: Session, post: Post) -> list[PostText]:
    """All versions of a post, the newest first."""
    found = select(PostText).where(PostText.post_id == post.id).order_by(PostText.number.desc())
    return list(session.scalars(found))


def _rows(
    session: Session,
    records: Sequence[Any],
    thread: Thread,
    case: Case,
    place: Place,
    person: Person,
    upto: int | None,
) -> list[PostRow]:
    parents = {record.id: record.public_id for record in records}
    lost = {record.parent_id for record in records if record.parent_id} - parents.keys()
    found = session.execute(select(Post.id, Post.public_id).where(Post.id.in_(lost))).all() if lost else ()
    elsewhere: dict[int, str] = dict(found)
    roles = _roles(session, thread.cohort_id, {record.author_id for record in records})
    reading = _Reading(thread, case, place, person, upto, roles, parents, elsewhere, _once_a_page())
    return [_row(record, reading) for record in records]


def _row(post: Any, to: _Reading) -> PostRow:
    own, hidden = post.author_id == to.person.id, post.hiding is not None
    withdrawn = post.withdrawn_at is not None
    gone = withdrawn or (hidden and not rules.sees_hidden(is_author=own, moderates=to.place.moderates))
    in_sight, closed, away = not (hidden or withdrawn), to.thread.closed_at is not None, is_away(to.thread, to.case)
    fixed = rules.why_fixed(withdrawn=withdrawn, hidden=hidden, archived=away, closed=closed) if own else None
    timed = not gone and rules.may_name(to.case.consent, post.consent, member=to.place.member)
    named = timed and post.erased_at is None
    return PostRow(
        public_id=post.public_id,
        kind=post.kind,
        sign=words.SIGNS[post.kind],
        word=to.said(words.KINDS, post.kind),
        stage=to.said(words.STAGES, post.stage),
        stage_name=post.stage,
        lang=post.lang,
        dir=direction(post.lang),
        consent=rules.stricter(to.case.consent, post.consent),
        html="" if gone else post.html,
        body="" if gone else post.body,
        version=post.version,
        at=post.at if timed else None,
        name=post.name if named else None,
        role=to.said(words.ROLES, to.roles.get(post.author_id)) if named else "",
        country=post.country if named else None,
        is_reply=post.parent_id is not None,
        parent=to.parents.get(post.parent_id) or to.elsewhere.get(post.parent_id),
        answers=post.answers,
        answers_name=_answered_name(post, to),
        says_whom=post.answers_id is not None and (post.answers_id != post.parent_id or post.parent_id in to.elsewhere),
        unread=not gone and rules.is_unread(post.id, to.upto, own=own, ahead=post.ahead is not None),
        own=own,
        gone=gone,
        hidden=hidden,
        withdrawn=withdrawn,
        reason=None if gone else post.reason,
        may_edit=own and fixed is None,
        fixed=fixed,
        may_withdraw=rules.may_withdraw_post(is_author=own, in_sight=in_sight),
        may_answer=in_sight and to.place.writes and not closed and not away,
        may_unhide=hidden
        and to.place.moderates
        and rules.may_unhide(by=to.person.id, author=post.author_id, hidden_by=post.hidden_by),
    )


def _answered_name(post: Any, to: _Reading) -> str | None:
    """Who is answered, unless his post is out of sight or a consent keeps his name."""
    if post.answers is None or post.answers_withdrawn or post.answers_hiding or post.answers_erased:
        return None
    named = rules.may_name(to.case.consent, post.answers_consent, member=to.place.member)
    return post.answers_name if named else None


def _roles(session: Session, cohort_id: int, person_ids: set[int]) -> dict[int, str]:
    """The role that is shown beside each name: the first in the order of words.ROLES."""
    order = list(words.ROLES)
    shown: dict[int, str] = {}
    for person_id, role in fetch(session, _ROLES, {"cohort": cohort_id, "authors": sorted(person_ids)}):
        if role in order and (person_id not in shown or order.index(role) < order.index(shown[person_id])):
            shown[person_id] = role
    return shown


def _once_a_page() -> Callable[[dict[str, Any], str | None], str]:
    """A lazy word in the reader's language, looked up once for all posts of the page."""
    spoken: dict[Any, str] = {}

    def said(of: dict[str, Any], key: str | None) -> str:
        word = of.get(key or "")
        if id(word) not in spoken:
            spoken[id(word)] = str(word) if word is not None else ""
        return spoken[id(word)]

    return said
