"""The spine by machine: watching for players, modules and progress for scripts and ministries."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request

from app import i18n
from app.web.access import api_signed_in, viewer
from app.web.api import Problem, validate
from app.web.incoming import moment_of
from app.web.limits import limiter
from app.web.session import session
from modules import access, actions
from modules.queries import progress, searching, standing
from modules.schemas import (
    LearnerOut,
    LearnerStepOut,
    ModuleOut,
    ModulesOut,
    PassageOut,
    ProgressOut,
    SearchAsked,
    SearchOut,
    StepOut,
    WatchingIn,
    WatchingOut,
)

bp = Blueprint("modules_api", __name__, url_prefix="/api/v1")
bp.before_request(api_signed_in)

# A player reports four times a minute; a device that was offline for days sends all it kept at once.
reporting = limiter.limit("600 per minute")


@bp.get("/steps/<public_id>/watching")
@validate({200: WatchingOut, 409: Problem}, tags=("watching",))
def read_watching(public_id: str) -> Any:
    """What the asking person has seen of a recording."""
    own, person = session(), viewer()
    at = access.watchable_for(own, person, public_id, datetime.now(UTC))
    return _standing(actions.seen(own, at, person))


@bp.post("/steps/<public_id>/watching")
@reporting
@validate({200: WatchingOut, 409: Problem}, json=WatchingIn, tags=("watching",))
def write_watching(public_id: str) -> Any:
    """Add what was played. The same `batch` again changes nothing and answers the same."""
    sent: WatchingIn = request.context.json  # type: ignore[attr-defined]
    played = actions.played(sent.segments, sent.position)
    own, person, now = session(), viewer(), datetime.now(UTC)
    at = access.watchable_for(own, person, public_id, now, sent.version)
    sent_at = moment_of(request.headers.get("X-Sent-At", ""))
    report = actions.Report(
        played, batch=sent.batch, device=sent.device, speed=sent.speed,
        device_time=sent.device_time, sent_at=sent_at, klass=sent.klass, stalls=sent.stalls,
        stalled_seconds=sent.stalled_seconds,
    )  # fmt: skip
    return _standing(actions.watch(own, at, person, report, now=now))


@bp.get("/modules")
@validate({200: ModulesOut}, tags=("modules",))
def modules() -> Any:
    """The modules that the asking person learns, with progress."""
    found = standing.learning(session(), viewer(), i18n.current(), datetime.now(UTC))
    return ModulesOut(modules=[_module(view) for view in found])


@bp.get("/modules/<public_id>")
@validate({200: ModuleOut}, tags=("modules",))
def module(public_id: str) -> Any:
    """One module with its steps."""
    row = access.module_for(session(), viewer(), public_id)
    return _module(standing.module_for_viewer(session(), row, viewer(), i18n.current(), datetime.now(UTC)))


@bp.get("/search")
@validate({200: SearchOut}, query=SearchAsked, tags=("modules",))
def search(query: SearchAsked) -> Any:
    """The passages of recordings in which all of these words are said, the best first."""
    own, person, now = session(), viewer(), datetime.now(UTC)
    found = searching.results(own, person, query.q, i18n.current(), now, number=query.page, module=query.module)
    if query.module and not found.module:
        return SearchOut(items=[], page=1, pages=1, total=0)  # A person is shown those of all modules instead.
    items = [
        PassageOut(
            step=one.step_public_id, title=str(one.step), module=str(one.module), second=one.seconds[0], text=one.text,
            language=one.language, found=[text for text, hit in one.pieces if hit],
        )
        for one in found.found
    ]  # fmt: skip
    return SearchOut(items=items, page=found.number, pages=found.pages, total=found.total)


@bp.get("/cohorts/<public_id>/progress")
@validate({200: ProgressOut}, tags=("progress",))
def cohort_progress(public_id: str) -> Any:
    """The progress of a cohort, for its trainers and administrators."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    return ProgressOut(
        id=cohort.public_id, name=cohort.name, zone=cohort.zone,
        learners=[_learner(row) for row in progress.cohort_progress(session(), cohort, i18n.current()).learners],
    )  # fmt: skip


def _standing(seen: actions.Seen) -> WatchingOut:
    covered = seen.covered
    return WatchingOut(
        duration=seen.duration, covered=covered, missing=[list(r) for r in seen.missing], done=seen.done,
        fraction=round(covered / seen.duration, 4), position=seen.position, segments=[list(r) for r in seen.ranges],
    )  # fmt: skip


def _module(view: Any) -> ModuleOut:
    return ModuleOut(
        id=view.public_id, number=view.number, title=view.title, summary=view.summary or "", opens_at=view.opens_at,
        due_at=view.due_at, fraction=round(view.fraction, 4), done=view.done,
        steps=[
            StepOut(
                id=step.public_id, kind=step.kind, title=step.title, duration=step.duration, done=step.done_at,
                covered=step.seen_seconds if step.duration else None,
                threshold=step.threshold if step.kind == "recording" else None,
            )
            for step in view.steps
        ],
    )  # fmt: skip


def _learner(row: Any) -> LearnerOut:
    return LearnerOut(
        id=row.public_id, name=row.name, fraction=round(row.fraction, 4),
        steps=[
            LearnerStepOut(
                step=step.public_id, covered=step.seen_seconds if step.duration else None, done=step.done_at,
                fraction=1.0 if step.done_at else round(step.seen_seconds / step.duration, 4) if step.duration else 0.0,
            )
            for module in row.modules
            for step in module.steps
        ],
    )  # fmt: skip
