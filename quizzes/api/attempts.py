"""Attempts by machine: what is asked (never what is right), answers in, receipts out, hand in."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request

from app.i18n import current
from app.web.access import api_signed_in, viewer
from app.web.api import Problem, validate
from app.web.limits import limiter
from app.web.session import session
from quizzes import access
from quizzes.actions import answering, taking
from quizzes.api.shapes import (
    AnswersIn,
    AttemptOut,
    OptionOut,
    QuestionOut,
    ReceiptOut,
    ReceiptsOut,
    ResultOut,
    SavedOut,
    SeeOut,
)
from quizzes.models import Attempt
from quizzes.queries.results import results
from quizzes.queries.seeing import See, of_attempt
from quizzes.queries.taking import Place, places, step_id
from quizzes.rules import attempts as rules

bp = Blueprint("quizzes_api", __name__, url_prefix="/api/v1")
bp.before_request(api_signed_in)

# Typing saves every second or so; a queue that comes back online sends all at once.
saving = limiter.limit("600 per minute")


@bp.get("/attempts/<public_id>")
@validate({200: AttemptOut}, tags=("quizzes",))
def attempt(public_id: str) -> Any:
    """An attempt of one's own: its questions, the saved answers, the time left."""
    return _attempt(access.attempt_for(session(), viewer(), public_id))


@bp.post("/attempts/<public_id>/answers")
@saving
@validate({200: ReceiptsOut, 409: Problem}, json=AnswersIn, tags=("quizzes",))
def save(public_id: str) -> Any:
    """Keep answers; every one is kept, also when it comes late, and its receipt says what it is worth."""
    found = access.attempt_for(session(), viewer(), public_id)
    sent: AnswersIn = request.context.json  # type: ignore[attr-defined]
    answers = [
        answering.Sent(
            one.position, one.value, one.come_back, one.client_id or _own_id(sent.client_id, place), one.device_time,
            one.seen,
        )
        for place, one in enumerate(sent.answers)
    ]  # fmt: skip
    receipts = answering.save(session(), found, answers, now=datetime.now(UTC))
    return ReceiptsOut(answers=[_receipt(receipt) for receipt in receipts])


@bp.post("/attempts/<public_id>/submission")
@saving
@validate({200: AttemptOut}, tags=("quizzes",))
def submit(public_id: str) -> Any:
    """Hand in; sent again it changes nothing."""
    found = access.attempt_for(session(), viewer(), public_id)
    taking.submit(session(), found, now=datetime.now(UTC))
    return _attempt(found)


def _own_id(batch: str | None, place: int) -> str | None:
    return f"{batch}.{place}" if batch else None


def _receipt(receipt: answering.Receipt) -> ReceiptOut:
    return ReceiptOut(
        position=receipt.position, client_id=receipt.client_id, received_at=receipt.received_at,
        standing=receipt.standing, stands=receipt.stands, value=receipt.value, come_back=receipt.come_back,
        mark=receipt.received_at.isoformat(), readable=receipt.readable, replaced=_saved(receipt.replaced),
    )  # fmt: skip


def _attempt(found: Attempt) -> AttemptOut:
    now = datetime.now(UTC)
    summed = results(session(), [found])[found.id] if found.submitted_at else None
    see = of_attempt(session(), found.id, current()) if found.submitted_at else {}
    return AttemptOut(
        id=found.public_id, step=step_id(session(), found), number=found.number,
        max_attempts=found.max_attempts, pass_mark=found.pass_mark, started_at=found.started_at, due_at=found.due_at,
        seconds_left=None if found.submitted_at else rules.seconds_left(found.due_at, now),
        submitted_at=found.submitted_at, now=now,
        questions=[_question(place, see.get(place.position)) for place in places(session(), found)],
        result=ResultOut(
            earned=summed.earned, lost=summed.lost, waiting=summed.waiting, total=summed.total, verdict=summed.verdict
        ) if summed else None,
    )  # fmt: skip


def _question(place: Place, see: See | None) -> QuestionOut:
    saved: Any = place.saved
    return QuestionOut(
        position=place.position, kind=place.kind, lang=place.lang, text=place.text, html=place.html,
        points=place.points, options=[OptionOut(key=option.key, html=option.html) for option in place.options],
        answer=_saved(saved),
        see=SeeOut(step=see.step, second=see.second) if see and see.second is not None else None,
    )  # fmt: skip


def _saved(saved: Any) -> SavedOut | None:
    if saved is None:
        return None
    return SavedOut(value=saved.value, come_back=saved.come_back, received_at=saved.received_at)
