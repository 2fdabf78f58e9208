"""A thread, its posts and the form below them."""

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import Conflict, Invalid, NotFound
from app.i18n import gettext
from app.web.access import signed_in, viewer
from app.web.forms import page_number
from app.web.limits import writing
from app.web.session import after_answer, session
from modules.cases import access, actions
from modules.cases.forms import PostForm
from modules.cases.models import Case, Post, Thread
from modules.cases.queries import posts, threads
from modules.cases.views.shown import at_hand

bp = Blueprint("threads", __name__, template_folder="../templates")
bp.before_request(signed_in)
bp.context_processor(at_hand)


@bp.get("/threads/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """One page of a thread; what it shows is read once the answer is on its way."""
    thread, case, place = access.thread_for(session(), viewer(), public_id, datetime.now(UTC))
    page = posts.page_of(session(), thread, case, place, viewer(), page_number())
    if any(row.unread for row in page.rows):
        person_id, thread_id, posts_shown = viewer().id, thread.id, page.shown
        after_answer(lambda own: actions.mark_read(own, person_id, thread_id, posts_shown))
    closing = threads.closing_of(session(), thread)
    away = access.is_away(thread, case)
    form = _blank(case, thread) if place.writes and closing is None and not away else None
    values = {"thread": thread, "case": case, "place": place, "closing": closing, "away": away}
    below = {anchor(row) for row in page.rows}  # Said at the post that it is about.
    return render_template("cases/thread.html", page=page, form=form, told_below=below, **values)


@bp.get("/threads/<public_id>/unread")
def first_unread(public_id: str) -> ResponseReturnValue:
    """The first post that the viewer has not read, or the last page."""
    thread, _, _ = access.thread_for(session(), viewer(), public_id, datetime.now(UTC))
    post = posts.first_unread(session(), thread, viewer())
    if post is None:
        return redirect(url_for("threads.show", public_id=public_id), 303)
    return redirect(address(thread, post, posts.place_in_thread(session(), post)), 303)


@bp.route("/threads/<public_id>/posts", methods=["GET", "POST"])
@writing
def write(public_id: str) -> ResponseReturnValue:
    """Write in a thread, or answer the post named by ?parent=; with "preview" only show what it would look like."""
    now = datetime.now(UTC)
    thread, case, place = access.thread_for(session(), viewer(), public_id, now)
    access.need(place.writes)
    parent = _parent(thread, now)
    answered = posts.row_of(session(), parent, thread, case, place, viewer()) if parent else None
    closing = threads.closing_of(session(), thread)
    if request.method == "GET":
        if closing is not None or access.is_away(
            thread, case
        ):  # Its page says by whom, and shows what there is to read.
            return redirect(url_for("threads.show", public_id=public_id), 303)
        _need_in_sight(answered)
    form = _blank(case, thread) if request.method == "GET" else PostForm()
    preview, refused = None, 422
    if form.validate_on_submit():
        draft = _draft(form)
        try:
            if "preview" in request.form:
                preview = actions.show(actions.check(draft))
            else:
                post = actions.write(session(), thread, case, draft, author=viewer(), now=now, parent=parent)
                flash(gettext("Your post is in the discussion."), anchor(post))
                return redirect(address(thread, post, posts.place_in_thread(session(), post), draft.client_id), 303)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:  # Closed, hidden or withdrawn meanwhile: the text is given back.
            form.refuse({"body": refusal.sentence})
            refused = refusal.status
    status = refused if request.method == "POST" and preview is None else 200
    values = {"thread": thread, "case": case, "place": place, "answered": answered, "closing": closing}
    return render_template("cases/write.html", form=form, preview=preview, **values), status


def address(thread: Thread, post: Post, page: int, sent: str | None = None) -> str:
    """Where a post stands. `sent` tells the page's script that this draft has arrived."""
    query: dict[str, Any] = {"page": page} if page > 1 else {}
    if sent:
        query["sent"] = sent
    return url_for("threads.show", public_id=thread.public_id, _anchor=anchor(post), **query)


def anchor(post: Post | posts.PostRow) -> str:
    """Where a post stands in its page; also the category of a notice about it."""
    return f"p-{post.public_id}"


def _need_in_sight(answered: posts.PostRow | None) -> None:
    """No form for what could not be sent."""
    if answered is not None and answered.withdrawn:
        raise Conflict(access.WITHDRAWN)
    if answered is not None and answered.hidden:
        raise Conflict(actions.HIDDEN)


def _parent(thread: Thread, now: datetime) -> Post | None:
    wanted = request.args.get("parent")
    if not wanted:
        return None
    post, of, _, _ = access.post_for(session(), viewer(), wanted, now)
    if of.id != thread.id:
        raise NotFound
    return post


def _blank(case: Case, thread: Thread) -> PostForm:
    values = {"language": viewer().language or i18n.current(), "consent": case.consent, "stage": thread.stage or ""}
    return PostForm(formdata=None, data={**values, "client_id": secrets.token_urlsafe(12)})


def _draft(form: PostForm) -> actions.Draft:
    return actions.Draft(
        kind=form.kind.data,
        body=form.body.data,
        language=form.language.data,
        stage=form.stage.data,
        consent=form.consent.data,
        client_id=form.client_id.data or None,
        corrects=True,
    )
