"""A form that makes something makes it once, however often it arrives: pressed twice, or sent anew on a broken line.

@bp.route("/cohorts/new", methods=["GET", "POST"])
@once
def add() -> ResponseReturnValue: ...          # `ui.csrf()` names the form of its page
"""

import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, flash, make_response, redirect, request
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import db, jobs
from app.db import Base
from app.i18n import gettext
from app.web import clock
from app.web.access import viewer
from app.web.session import session

FIELD = "once"
LONGEST = 64
KEPT = timedelta(days=30)


class SentForm(Base):
    """A form that was taken: who sent it, the print of what stood in it, and the page that it led to."""

    __tablename__ = "sent_form"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    print: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    address: Mapped[str | None]  # None only while the form is being carried out.
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
        sent = SentForm(person_id=viewer().id, print=_print(), at=clock.now())
        if not db.once(session(), sent):
            return _as_before(sent)
        answer = make_response(view(*args, **kwargs))
        if answer.status_code == 303:
            sent.address = answer.location
        else:
            session().delete(sent)
        return answer

    carry_out.once = True  # type: ignore[attr-defined]
    return carry_out


def _name() -> str:
    """The random name of the form on this page, "" where none is needed; one that comes back with errors keeps its."""
    if not hasattr(current_app.view_functions.get(request.endpoint or ""), "once"):
        return ""
    return request.form.get(FIELD, "")[:LONGEST] or secrets.token_urlsafe(12)


def _as_before(sent: SentForm) -> Response:
    known = (SentForm.person_id == sent.person_id, SentForm.print == sent.print)
    address = session().scalar(sa.select(SentForm.address).where(*known))
    flash(gettext("This had arrived already, and is saved once."), "good")
    return make_response(redirect(str(address), 303))


def _print() -> str:
    """The print of the address and of all that was typed, chosen and attached; the size stands for a file's bytes."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    files = [(field, file.filename, file.seek(0, os.SEEK_END)) for field, file in request.files.items(multi=True)]
    for file in request.files.values():
        file.seek(0)
    return sha256(repr((request.full_path, fields, files)).encode(errors="surrogatepass")).hexdigest()


@jobs.sweep_every(3600)
def forget(session: Session, now: datetime) -> None:
    """Forget forms after a month: no page stays open that long, and no line takes that long."""
    session.execute(sa.delete(SentForm).where(SentForm.at < now - KEPT))
