"""/api/v1: cases, threads and posts, under the same rules as the pages."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request

from app import i18n
from app.web.access import api_signed_in, viewer
from app.web.api import Problem, validate
from app.web.limits import writing
from app.web.session import session
from modules.cases import access, actions
from modules.cases.models import Case, Post, Thread
from modules.cases.queries import listing, posts, sheet, threads
from modules.cases.rules import Consent, PostKind, Stage
from modules.cases.schemas import (
    CaseDetail,
    CaseList,
    CaseOut,
    PostChange,
    PostIn,
    PostList,
    PostOut,
    RubricOut,
    TextOut,
    ThreadList,
    ThreadOut,
    Where,
)

bp = Blueprint("cases_api", __name__, url_prefix="/api/v1")
bp.before_request(api_signed_in)
TAGS = ("cases",)


@bp.get("/cases")
@validate({200: CaseList}, tags=TAGS)
def list_cases() -> Any:
    """The cases of the viewer's cycles."""
    places = access.places(session(), viewer(), datetime.now(UTC))
    return CaseList(cases=[_case_row(row, place) for place, row in listing.cases_of(session(), places, viewer())])


@bp.get("/cases/<public_id>")
@validate({200: CaseDetail}, query=Where, tags=TAGS)
def show_case(public_id: str) -> Any:
    """One case with its sheet."""
    case, place = _case(public_id)
    return CaseDetail(
        **_case_facts(case, place),
        readable=access.may_read_texts(case, viewer()),
        sheet=[
            RubricOut(
                name=rubric.name,
                filling=rubric.filling,
                texts=[TextOut(facet=t.facet, language=t.lang, body=t.body, html=t.html) for t in rubric.texts],
            )
            for rubric in sheet.rubrics(session(), case, viewer())
        ],
    )


@bp.get("/cases/<public_id>/threads")
@validate({200: ThreadList}, query=Where, tags=TAGS)
def list_threads(public_id: str) -> Any:
    """The discussions of a cohort on a case."""
    case, place = _case(public_id)
    page = threads.threads_of(session(), case.id, place.cohort_id, viewer().id, None, _asked().page)
    return ThreadList(threads=[_thread_row(row) for row in page.rows], page=page.number, pages=page.pages)


@bp.get("/threads/<public_id>/posts")
@validate({200: PostList}, query=Where, tags=TAGS)
def list_posts(public_id: str) -> Any:
    """The posts of a thread."""
    thread, case, place = access.thread_for(session(), viewer(), public_id, datetime.now(UTC))
    page = posts.page_of(session(), thread, case, place, viewer(), _asked().page)
    found = [_post_row(row, thread) for row in page.rows]
    return PostList(posts=found, page=page.number, pages=page.pages, total=page.total)


@bp.post("/threads/<public_id>/posts")
@writing
@validate({200: PostOut, 409: Problem}, json=PostIn, tags=TAGS)
def write_post(public_id: str) -> Any:
    """Write in a thread, or answer a post in it; the same client_id twice makes one post."""
    now = datetime.now(UTC)
    thread, case, place = access.thread_for(session(), viewer(), public_id, now)
    access.need(place.writes)
    sent: PostIn = request.context.json  # type: ignore[attr-defined]
    draft = actions.Draft(
        kind=sent.kind,
        body=sent.body,
        language=sent.language or viewer().language or i18n.current(),
        stage=sent.stage,
        consent=sent.consent,
        client_id=sent.client_id,
    )
    parent = access.post_for(session(), viewer(), sent.parent, now)[0] if sent.parent else None
    post = actions.write(session(), thread, case, draft, author=viewer(), now=now, parent=parent)
    return _post(post, thread, case, place)


@bp.get("/posts/<public_id>")
@validate({200: PostOut}, tags=TAGS)
def show_post(public_id: str) -> Any:
    """One post."""
    return _post(*access.post_for(session(), viewer(), public_id, datetime.now(UTC)))


@bp.patch("/posts/<public_id>")
@writing
@validate({200: PostOut, 409: Problem}, json=PostChange, tags=TAGS)
def change_post(public_id: str) -> Any:
    """Change one's own post; the earlier version stays."""
    now = datetime.now(UTC)
    post, thread, case, place = access.post_for(session(), viewer(), public_id, now)
    sent: PostChange = request.context.json  # type: ignore[attr-defined]
    change = actions.Change(sent.body, sent.kind, sent.language, sent.stage, sent.consent, sent.version)
    actions.edit(session(), post, thread, change, by=viewer(), now=now)
    return _post(post, thread, case, place)


@bp.delete("/posts/<public_id>")
@validate({200: PostOut, 409: Problem}, tags=TAGS)
def withdraw_post(public_id: str) -> Any:
    """Withdraw one's own post: its text is shown nowhere any more, its place and its answers stay."""
    now = datetime.now(UTC)
    post, thread, case, place = access.post_for(session(), viewer(), public_id, now)
    actions.withdraw(session(), post, by=viewer(), now=now)
    return _post(post, thread, case, place)


def _asked() -> Where:
    return request.context.query  # type: ignore[attr-defined]


def _case(public_id: str) -> tuple[Case, access.Place]:
    case, place, _ = access.case_for(session(), viewer(), public_id, datetime.now(UTC), _asked().cohort)
    return case, place


def _case_facts(case: Case, place: access.Place) -> dict[str, Any]:
    named = access.may_identify(case, viewer())
    return {
        "id": case.public_id,
        "country": case.country if named else None,
        "title": case.title if named else None,
        "template": case.template_at is not None,
        "consent": Consent(case.consent),
        "language": case.lang,
        "cohort": place.cohort,
    }


def _case_row(row: listing.CaseRow, place: access.Place) -> CaseOut:
    counts: dict[str, Any] = {
        "threads": row.activity.threads,
        "posts": row.activity.posts,
        "unread": row.activity.unread,
    }
    return CaseOut(**_case_facts(row.case, place), filled=row.filled, rubrics=row.of, **counts)


def _thread_row(row: threads.ThreadRow) -> ThreadOut:
    thread = row.thread
    return ThreadOut(
        id=thread.public_id,
        title=thread.title,
        stage=Stage(thread.stage) if thread.stage else None,
        pinned=thread.pinned_at is not None,
        closed=thread.closed_at is not None,
        posts=row.posts,
        unread=row.unread,
    )


def _post(post: Post, thread: Thread, case: Case, place: access.Place) -> PostOut:
    return _post_row(posts.row_of(session(), post, thread, case, place, viewer()), thread)


def _post_row(row: posts.PostRow, thread: Thread) -> PostOut:
    return PostOut(
        id=row.public_id,
        thread=thread.public_id,
        parent=row.parent,
        answers=row.answers,
        kind=PostKind(row.kind),
        stage=Stage(row.stage_name) if row.stage_name else None,
        language=row.lang,
        consent=Consent(row.consent),
        author=row.name,
        at=row.at,
        version=row.version,
        hidden=row.hidden,
        withdrawn=row.withdrawn,
        unread=row.unread,
        body=row.body,
        html=row.html,
    )
