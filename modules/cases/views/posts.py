"""One post: where it stands, its author's changes, its versions, its end."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Conflict, Invalid
from app.i18n import gettext
from app.web.access import signed_in, viewer
from app.web.limits import writing
from app.web.session import session
from modules.cases import access, actions, words
from modules.cases.forms import PostForm
from modules.cases.queries import posts
from modules.cases.views.shown import at_hand
from modules.cases.views.threads import address, anchor

bp = Blueprint("posts", __name__, template_folder="../templates")
bp.before_request(signed_in)
bp.context_processor(at_hand)


@bp.get("/posts/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """The post in its thread. With ?sent= the page's script brings an author here whose post has just arrived."""
    post, thread, _, _ = access.post_for(session(), viewer(), public_id, datetime.now(UTC))
    if "sent" in request.args and post.author_id == viewer().id:
        flash(gettext("Your post is in the discussion."), anchor(post))
    return redirect(address(thread, post, posts.place_in_thread(session(), post)), 303)


@bp.route("/posts/<public_id>/edit", methods=["GET", "POST"])
@writing
def edit(public_id: str) -> ResponseReturnValue:
    """Change one's own post; the earlier version stays."""
    post, thread, case, place = access.post_for(session(), viewer(), public_id, datetime.now(UTC))
    access.need(post.author_id == viewer().id)
    row = posts.row_of(session(), post, thread, case, place, viewer())
    values = {"thread": thread, "case": case, "place": place, "row": row}
    if row.fixed:
        return _fixed(words.FIXED[row.fixed], **values)
    known = {"kind": post.kind, "stage": post.stage or "", "language": post.lang, "consent": post.consent}
    form = PostForm(data={**known, "body": row.body, "version": str(post.version)})
    preview, newer, refused = None, None, 422
    if form.validate_on_submit():
        try:
            if "preview" in request.form:
                preview = actions.show(actions.check(_change(form)))
            else:
                actions.edit(session(), post, thread, _change(form), by=viewer(), now=datetime.now(UTC))
                flash(gettext("Saved. The earlier version stays."), anchor(post))
                return redirect(url_for("posts.show", public_id=public_id), 303)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except actions.Newer as refusal:  # Who has seen what is saved now may save again.
            form.refuse({"body": refusal.sentence})
            newer, form.version.data, refused = row, str(row.version), refusal.status
        except Conflict as refusal:
            return _fixed(refusal.sentence, **values)
    status = refused if request.method == "POST" and preview is None else 200
    return render_template("cases/edit.html", form=form, preview=preview, newer=newer, **values), status


@bp.get("/posts/<public_id>/history")
def history(public_id: str) -> ResponseReturnValue:
    """All versions of a post."""
    post, thread, case, place = access.post_for(session(), viewer(), public_id, datetime.now(UTC))
    access.need_standing(post)
    row = posts.row_of(session(), post, thread, case, place, viewer())
    versions = posts.history(session(), post)
    values = {"thread": thread, "case": case, "place": place}
    return render_template("cases/history.html", row=row, versions=versions, **values)


@bp.route("/posts/<public_id>/withdrawal", methods=["GET", "POST"])
def withdraw(public_id: str) -> ResponseReturnValue:
    """Ask whether one's own post should be shown nowhere any more, and do so."""
    post, thread, case, place = access.post_for(session(), viewer(), public_id, datetime.now(UTC))
    access.need(post.author_id == viewer().id)
    if request.method == "POST":
        actions.withdraw(session(), post, by=viewer(), now=datetime.now(UTC))
        flash(gettext("Your post is withdrawn. Its place in the discussion stays."), anchor(post))
        return redirect(url_for("posts.show", public_id=public_id), 303)
    access.need_standing(post)
    row = posts.row_of(session(), post, thread, case, place, viewer())
    return render_template("cases/withdraw.html", row=row, thread=thread, case=case, place=place)


def _fixed(why: object, **values: Any) -> ResponseReturnValue:
    """No form for what could not be saved, but all that its author had typed."""
    typed = request.form.get("body") if request.method == "POST" else None
    return render_template("cases/fixed.html", why=why, typed=typed, **values), Conflict.status


def _change(form: PostForm) -> actions.Change:
    return actions.Change(
        body=form.body.data,
        kind=form.kind.data,
        language=form.language.data,
        stage=form.stage.data,
        consent=form.consent.data,
        based_on=int(form.version.data) if (form.version.data or "").isdigit() else None,
    )
