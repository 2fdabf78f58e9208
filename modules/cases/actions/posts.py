"""Write and change posts."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import notices
from app.db import once
from app.errors import Conflict, Forbidden, Invalid
from app.i18n import lazy
from app.people.models import Person
from app.text import clean_text, render
from modules.cases import rules, words
from modules.cases.access import hiding_of, is_away, need_standing
from modules.cases.actions.completion import report_contributions
from modules.cases.models import Case, Post, PostText, Thread

ANSWERED = "answered"
HEADING = 3
FRESH = {"populate_existing": True}
AWAY = lazy("This discussion or its case is archived: it takes no posts until it is brought back.")
CLOSED = lazy("This discussion is closed: it takes no more posts.")
HIDDEN = lazy("This post is hidden: it takes no answers.")
OTHERS_NAME = lazy("This name was given to another post. Give each its own.")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A post as it was sent. `client_id` makes sending it twice harmless; `consent` None: the case's own; `stage`
    None: the thread's own, "": the whole case.

    `corrects`: when this draft has arrived before with another text, and nobody has changed it since, the new text
    is its next version; else the first arrival stays as it is (an outbox may send the same thing late).
    """

    kind: str
    body: str
    language: str
    stage: str | None = None
    consent: str | None = None
    client_id: str | None = None
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a post is to be from now on; what is None stays. `based_on` is the version that the author had read."""

    body: str
    kind: str | None = None
    language: str | None = None
    stage: str | None = None
    consent: str | None = None
    based_on: int | None = None


def write(
    session: Session,
    thread: Thread,
    case: Case,
    draft: Draft,
    *,
    author: Person,
    now: datetime,
    parent: Post | None = None,
) -> Post:
    """A new post in the thread, or the one that this draft already made."""
    body = check(draft)
    sent = _sent_before(session, author, thread, draft.client_id)
    if sent is not None:
        if draft.corrects and sent.version == 1:
            change = Change(draft.body, draft.kind, draft.language, draft.stage, draft.consent)
            edit(session, sent, thread, change, by=author, now=now)
        return sent
    # Posts of a thread come one by one: a reader never marks as read what an earlier id has yet to commit.
    session.execute(select(Thread).where(Thread.id == thread.id).with_for_update(), execution_options=FRESH)
    _need_at_hand(thread, case)
    if thread.closed_at is not None:
        raise Conflict(CLOSED)
    under = _answered(session, thread, parent)
    post = Post(
        thread_id=thread.id,
        parent_id=under,
        root_id=under,
        answers_id=parent.id if parent else None,
        author_id=author.id,
        kind=draft.kind,
        stage=thread.stage if draft.stage is None else draft.stage or None,
        lang=draft.language,
        consent=draft.consent or case.consent,
        client_id=draft.client_id,
        version=1,
        at=now,
    )
    if not once(session, post):
        sent = _sent_before(session, author, thread, draft.client_id)
        if sent is None:
            raise Conflict
        return sent
    post.root_id = post.root_id or post.id
    _keep(session, post, body, by=author, now=now)
    report_contributions(session, case.cycle_id, thread.cohort_id, author.id, now)
    if parent is not None and parent.author_id != author.id:
        _tell(session, thread, post, parent.author_id, now)
    return post


def _tell(session: Session, thread: Thread, post: Post, person_id: int, now: datetime) -> None:
    """Whom it answers; neither text nor author, which may not be meant for mails."""
    if ANSWERED not in notices.silenced(session, thread.cohort_id):
        path, words = f"/threads/{thread.public_id}/unread", {"title": thread.title}
        notices.tell(session, person_id, ANSWERED, post.public_id, now=now, path=path, words=words)


class Newer(Conflict):
    """The post has a version that the sender has not seen."""

    sentence = lazy(
        "This post was changed in the meantime, from another page or device. Bring what is saved now and what you "
        "wrote together, then save."
    )


def edit(session: Session, post: Post, thread: Thread, change: Change, *, by: Person, now: datetime) -> None:
    """A new version of one's own post; the earlier ones stay readable."""
    if post.author_id != by.id:
        raise Forbidden(lazy("Only the author changes a post."))
    fixed = rules.why_fixed(
        withdrawn=post.withdrawn_at is not None,
        hidden=hiding_of(session, post) is not None,
        archived=is_away(thread, session.get_one(Case, thread.case_id)),
        closed=thread.closed_at is not None,
    )
    if fixed:
        raise Conflict(words.FIXED[fixed])
    if change.based_on is not None and change.based_on != post.version:
        raise Newer
    body = check(change)
    known = session.scalar(select(PostText.body).where(PostText.post_id == post.id, PostText.number == post.version))
    wanted = {"kind": change.kind, "lang": change.language, "stage": change.stage, "consent": change.consent}
    told = {name: value or None for name, value in wanted.items() if value is not None}
    if body != known or any(getattr(post, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(post, name, value)
        post.version += 1
        _keep(session, post, body, by=by, now=now)
    session.flush()


def show(body: str) -> str:
    """The text as a post shows it: its headings stand below those of the page."""
    return render(body, base_level=HEADING, breaks=True)


def check(draft: Draft | Change) -> str:
    """The text as it will be kept; every field that breaks a rule is named."""
    fields: dict[str, Any] = {}
    body = ""
    try:
        body = clean_text(draft.body)
    except Invalid as refusal:
        fields["body"] = refusal.sentence
    if draft.kind is not None and draft.kind not in list(rules.PostKind):
        fields["kind"] = words.KINDLESS
    if draft.stage and draft.stage not in list(rules.Stage):
        fields["stage"] = lazy("Choose a stage from the list.")
    if draft.language is not None and not LANGUAGE.fullmatch(draft.language):
        fields["language"] = lazy("Choose the language in which you write.")
    if draft.consent and draft.consent not in list(rules.Consent):
        fields["consent"] = lazy("Choose how far this may be shared.")
    if fields:
        raise Invalid(fields=fields)
    return body


def _need_at_hand(thread: Thread, case: Case) -> None:
    if is_away(thread, case):
        raise Conflict(AWAY)


def _answered(session: Session, thread: Thread, parent: Post | None) -> int | None:
    """Under which post the answer will stand."""
    if parent is None:
        return None
    if parent.thread_id != thread.id:
        raise Invalid(fields={"parent": lazy("The post that you answer is not in this discussion.")})
    need_standing(parent)
    if hiding_of(session, parent) is not None:
        raise Conflict(HIDDEN)
    return rules.parent_of_reply(parent.id, parent.parent_id)


def _sent_before(session: Session, author: Person, thread: Thread, client_id: str | None) -> Post | None:
    if not client_id:
        return None
    sent = session.scalar(select(Post).where(Post.author_id == author.id, Post.client_id == client_id))
    if sent is not None and sent.thread_id != thread.id:
        raise Invalid(fields={"client_id": OTHERS_NAME})
    return sent


def _keep(session: Session, post: Post, body: str, *, by: Person, now: datetime) -> None:
    version = PostText(
        post_id=post.id,
        number=post.version,
        kind=post.kind,
        stage=post.stage,
        lang=post.lang,
        consent=post.consent,
        body=body,
        html=show(body),
        at=now,
        by_id=by.id,
    )
    if not once(session, version):
        raise Newer
