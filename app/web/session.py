"""One transaction per request: GET and HEAD only read, everything else writes; the door commits or rolls back."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import db

Did = TypeVar("Did")
View = TypeVar("View", bound=Callable[..., Any])
READING = frozenset({"GET", "HEAD", "OPTIONS"})
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Commit below status 400, roll back otherwise; then run what was asked for after the answer."""
    app.after_request(_close_the_door)
    with app.app_context():
        event.listen(db.sessionmaker, "before_flush", _readers_do_not_write)


def session() -> Session:
    """The request's session; its transaction begins at the first call, as a reader or as a writer."""
    if g.get("transaction") != "own":
        view = current_app.view_functions.get(request.endpoint or "")
        _begin(write=request.method not in READING and not hasattr(view, "only_reads"))
        g.transaction = "own"
        viewer = g.get("viewer_detached")
        if viewer is not None:
            db.session.add(viewer)
    return db.session


def only_reads(view: View) -> View:
    """Let a form be answered without a write transaction: it changes nothing."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def reading() -> Session:
    """The session for recognising who asks: a writer's own transaction begins later, so passwords and uploads wait
    outside of it."""
    if request.method in READING or g.get("transaction") == "own":
        return session()
    _begin(write=False)
    return db.session


def end_reading(viewer: Any) -> None:
    """Close the short transaction that recognised a writer; the viewer joins the session again in `session()`."""
    if request.method in READING or g.get("transaction") == "own":
        return
    if viewer is not None and viewer in db.session:
        db.session.expunge(viewer)
    g.viewer_detached = viewer
    db.session.rollback()


def commit_now() -> None:
    """End the write transaction before a long stretch without the database; the next `session()` begins a new one.

    Only for doors that stream (uploads): everything before this call stays, whatever happens after it.
    """
    db.session.commit()
    g.transaction = None


def undo() -> None:
    """Take back what this request has done so far, whatever it answers; the next `session()` begins anew."""
    viewer = g.get("viewer_detached")
    if viewer is not None and viewer in db.session:
        db.session.expunge(viewer)
    db.session.rollback()
    if g.pop("transaction", None) == "own":
        g.pop("after_answer", None)
        g.undone = True


def stands(response: Response) -> bool:
    """Whether what this request has done stays: it is not refused, and was not taken back."""
    return response.status_code < 400 and "undone" not in g


def after_answer(action: Callable[[Session], Any]) -> None:
    """Run the action in a write transaction of its own once the answer is built; not for HEAD, which shows nothing."""
    g.setdefault("after_answer", []).append(action)


def at_once(action: Callable[[Session], Did]) -> Did:
    """Run the action now, in a write transaction of its own: it stays, whatever becomes of the request."""
    with db.sessionmaker.begin() as own:
        return action(own)


def _begin(*, write: bool) -> None:
    options: dict[str, Any] = {"write": write}
    if db.engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = not write
    db.session.info["write"] = write
    db.session.connection(execution_options=options)


def _close_the_door(response: Response) -> Response:
    if g.get("_sqlalchemy_sessions"):
        if response.status_code < 400 and request.method not in READING:
            db.session.commit()
        else:
            db.session.rollback()
    for action in g.pop("after_answer", []):
        if response.status_code < 400 and request.method != "HEAD":
            _run_apart(action)
    return response


def _run_apart(action: Callable[[Session], Any]) -> None:
    try:
        at_once(action)
    except Exception:
        # The reader has the page already; a mark that could not be written is no reason to take it away.
        log.exception("after_answer failed")


def _readers_do_not_write(flushing: Session, _context: Any, _objects: Any) -> None:
    if has_request_context() and flushing.info.get("write") is False and _dirty(flushing):
        raise RuntimeError(f"{request.method} {request.endpoint} only reads: nothing may be changed in it")


def _dirty(flushing: Session) -> bool:
    return bool(flushing.new or flushing.deleted or any(flushing.is_modified(row) for row in flushing.dirty))
