"""A form that makes something makes it once, however often it arrives: pressed twice, or sent anew on a broken line.

@bp.route("/cohorts/new", methods=["GET", "POST"])
@once
def add() -> ResponseReturnValue: ...          # `ui.csrf()` names the form of its page
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, flash, make_response, redirect, request
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import FileStorage

from app import db, jobs
from app.db import Base
from app.i18n import gettext
from app.web import clock
from app.web.access import viewer
from app.web.session import reading, session, undo

FIELD = "once"
LONGEST = 64
KEPT = timedelta(days=30)


class SentForm(Base):
    """A form that was taken: who sent it, the print of what stood in it, and the page that it led to."""

    __tablename__ = "sent_form"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    print: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


def init_app(app: Flask) -> None:
    """Templates name the forms of these views."""
    app.jinja_env.globals["once_name"] = _name


def once(view: Callable[..., Any]) -> Callable[..., Response]:
    """Carry a named form out once; the same again leads where the first one led. What was changed in it is another."""

    @wraps(view)
    def carry_out(*args: Any, **kwargs: Any) -> Response:
        if request.method != "POST" or not request.form.get(FIELD):
            return make_response(view(*args, **kwargs))
        sender, print_ = viewer().id, _print()
        if known := _known(sender, print_):
            return _as_before(known)
        answer = make_response(view(*args, **kwargs))
        # Noted last: what comes before, such as keeping a file, must not hold up other writers.
        form = {"person_id": sender, "print": print_, "address": answer.location, "at": clock.now()}
        if answer.status_code == 303 and db.once(session(), SentForm(**form)):
            return answer
        if known := _known(sender, print_):  # Another press was faster: what this one did is undone.
            return _as_before(known)
        return answer

    carry_out.once = True  # type: ignore[attr-defined]
    return carry_out


def _name() -> str:
    """The random name of the form on this page, "" where none is needed; one that comes back with errors keeps its."""
    if not hasattr(current_app.view_functions.get(request.endpoint or ""), "once"):
        return ""
    return request.form.get(FIELD, "")[:LONGEST] or secrets.token_urlsafe(12)


def _known(sender: int, print_: str) -> str | None:
    """Where this form of this person led before; read in a transaction of its own, which leaves none behind."""
    undo()
    known = (SentForm.person_id == sender, SentForm.print == print_)
    address = reading().scalar(sa.select(SentForm.address).where(*known))
    undo()
    return address


def _as_before(address: str) -> Response:
    flash(gettext("This had arrived already, and is saved once."), "good")
    return make_response(redirect(address, 303))


def _print() -> str:
    """The print of the address and of all that was typed, chosen and attached."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    files = [(field, file.filename, _digest(file)) for field, file in request.files.items(multi=True)]
    return sha256(repr((request.full_path, fields, files)).encode(errors="surrogatepass")).hexdigest()


def _digest(file: FileStorage) -> str:
    found = sha256()
    while part := file.stream.read(1 << 20):
        found.update(part)
    file.stream.seek(0)
    return found.hexdigest()


@jobs.sweep_every(3600)
def forget(session: Session, now: datetime) -> None:
    """Forget forms after a month: no page stays open that long, and no line takes that long."""
    session.execute(sa.delete(SentForm).where(SentForm.at < now - KEPT))
