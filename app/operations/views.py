"""The page of operations: what the workers do, what waits and why, what failed, and what may be done about it."""

import shutil
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import jobs
from app.config import Config
from app.errors import NotFound
from app.i18n import _
from app.operations import acts, kinds, queries, words
from app.operations.kinds import Line
from app.operations.rules import alive
from app.web.access import admin_only, viewer
from app.web.session import session

bp = Blueprint("operations", __name__, url_prefix="/operations", template_folder="templates")
bp.before_request(admin_only)


@bp.get("")
def index() -> ResponseReturnValue:
    """Everything at a glance."""
    now = jobs.time_of(session())
    page = queries.page_of(session(), now, request.args.get("page", 1, type=int))
    pending = jobs.pending()
    workers = [(worker, alive(worker.seen_at, now)) for worker in queries.workers(session())]
    living = sum(lives for _worker, lives in workers)
    return render_template(
        "operations/index.html",
        page=page,
        groups=words.groups(page.lines, page.counts),
        headline=words.headline(page.counts),
        troubles=words.troubles(page.counts, living, pending),
        workers=workers,
        living=living,
        pending=pending,
        places=[(place, _usage(place)) for place in kinds.places(_config())],
        days=queries.FAILURES.days,
        now=datetime.now(UTC),
    )


@bp.post("/<kind>/<row_id>/retry")
def retry(kind: str, row_id: str) -> ResponseReturnValue:
    """Try it now."""
    line = _asked(kind, row_id)
    acts.retry(session(), line, viewer(), datetime.now(UTC))
    flash(_("It is tried again when its turn has come."), "good")
    return redirect(url_for("operations.index"), 303)


@bp.get("/<kind>/<row_id>/cancellation")
def ask_cancel(kind: str, row_id: str) -> ResponseReturnValue:
    """Say what ends before it does."""
    line = _asked(kind, row_id)
    acts.check_cancel(line)
    return render_template("operations/cancel.html", kind=kinds.KINDS[kind], line=line)


@bp.post("/<kind>/<row_id>/cancellation")
def cancel(kind: str, row_id: str) -> ResponseReturnValue:
    """Stop it."""
    line = _asked(kind, row_id)
    acts.cancel(session(), line, viewer(), datetime.now(UTC))
    flash(_("This job is cancelled."), "neutral")
    return redirect(url_for("operations.index"), 303)


def _asked(kind: str, row_id: str) -> Line:
    line = queries.line(session(), jobs.time_of(session()), kind, row_id) if kind in kinds.KINDS else None
    if line is None:
        raise NotFound
    return line


def _usage(place: kinds.Place) -> Any:
    """How full the disk is on which the folder lies, or will lie."""
    folder = place.folder
    while folder is not None and not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder) if folder else None


def _config() -> Config:
    found: Config = current_app.config["HOUSE"]
    return found
