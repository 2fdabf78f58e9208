"""Take a quiz: what awaits, one question a page, what is missing, hand in, the result."""

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Invalid, NotFound
from app.i18n import _, current
from app.web import bands
from app.web.access import signed_in, viewer
from app.web.limits import writing
from app.web.session import after_answer, session
from modules.queries.notices import notices_of_step
from quizzes import access
from quizzes.actions import answering, taking
from quizzes.forms.answer import given, page_of
from quizzes.models import Attempt
from quizzes.queries.headings import Heading, heading
from quizzes.queries.intro import intro
from quizzes.queries.results import results
from quizzes.queries.reviewing import reviewed
from quizzes.queries.taking import Place, places
from quizzes.rules import attempts as rules
from quizzes.rules.closing import Closed
from quizzes.words import module_name

bp = Blueprint("quizzes", __name__, template_folder="../templates")
bp.before_request(signed_in)


@bp.get("/quizzes/<public_id>")
def open_step(public_id: str) -> ResponseReturnValue:
    """What awaits: the terms, the attempts made and left."""
    now = datetime.now(UTC)
    step = access.step_for(session(), viewer(), public_id, now=now)
    shown = intro(session(), step, viewer(), takes_part=access.takes_part(session(), viewer(), step, now=now), now=now)
    place = heading(session(), step.id, viewer().id, current())
    notices = notices_of_step(session(), viewer().id, step.id, current(), now)
    return render_template(
        "quizzes/open.html", quiz=shown, place=place, zone=_zone(place), notices=notices,
        may_edit=access.may_edit(session(), viewer(), step),
    )  # fmt: skip


@bp.post("/quizzes/<public_id>/attempts")
@writing
def start(public_id: str) -> ResponseReturnValue:
    """Begin an attempt, or go back to the one under way."""
    now = datetime.now(UTC)
    quiz = access.quiz_to_take(session(), viewer(), public_id, now=now)
    attempt = taking.start(session(), quiz, viewer(), now=now)
    return redirect(url_for("quizzes.attempt", public_id=attempt.public_id), 303)


@bp.get("/attempts/<public_id>")
def attempt(public_id: str) -> ResponseReturnValue:
    """The result once handed in, else the first question without an answer."""
    found = access.attempt_for(session(), viewer(), public_id)
    if found.submitted_at is not None:
        after_answer(partial(taking.looked, attempt_id=found.id, now=datetime.now(UTC)))
        return _result(found)
    if rules.over(found.due_at, datetime.now(UTC)):
        return redirect(url_for("quizzes.review", public_id=public_id), 303)
    asked = places(session(), found)
    first = next((place.position for place in asked if not place.answered), 0)
    return redirect(_address(found, asked, first or len(asked) + 1), 303)


@bp.get("/attempts/<public_id>/questions/<int:position>")
def question(public_id: str, position: int) -> ResponseReturnValue:
    """One question of an attempt under way."""
    found = access.attempt_for(session(), viewer(), public_id)
    if found.submitted_at is not None:
        return redirect(url_for("quizzes.attempt", public_id=public_id), 303)
    if rules.over(found.due_at, datetime.now(UTC)):
        return redirect(url_for("quizzes.review", public_id=public_id), 303)
    return _question(found, places(session(), found), position)


@bp.post("/attempts/<public_id>/questions/<int:position>")
@writing
def answer(public_id: str, position: int) -> ResponseReturnValue:
    """Save the answer as a form sends it, and go on."""
    now = datetime.now(UTC)
    found = access.attempt_for(session(), viewer(), public_id)
    asked = places(session(), found)
    here = _at(asked, position)
    cleared = "clear" in request.form
    value = None if cleared else given(here.kind, request.form)
    opened = answering.Opened(request.form.get("seen", ""), page_of(request.form))
    # Under the name of its page: kept by the browser for "back", it knows this save as its own.
    name = f"{opened.page}.{secrets.token_hex(8)}" if opened.page else None
    sent = answering.Sent(position, value, come_back="come_back" in request.form, client_id=name)
    try:
        receipt = answering.save_from_page(session(), found, sent, opened, now=now)
    except (Invalid, answering.Newer, answering.NoMore) as refusal:
        return _question(found, asked, position, opened, sent, refusal)
    if receipt.standing != rules.Standing.COUNTS:
        flash(_("This answer came after the end. It is kept, but it does not count."), "warn")
        return redirect(url_for("quizzes.review", public_id=public_id), 303)
    return redirect(_address(found, asked, position + (not cleared)), 303)


@bp.get("/attempts/<public_id>/review")
def review(public_id: str) -> ResponseReturnValue:
    """What is answered and what is not, before handing in."""
    found = access.attempt_for(session(), viewer(), public_id)
    if found.submitted_at is not None:
        return redirect(url_for("quizzes.attempt", public_id=public_id), 303)
    asked, frame = places(session(), found), _frame(found)
    band = _band(asked, frame["place"])
    return render_template("quizzes/review.html", places=asked, band=band, **frame)


@bp.post("/attempts/<public_id>/submission")
@writing
def submit(public_id: str) -> ResponseReturnValue:
    """Hand in; pressing five times hands in once."""
    found = access.attempt_for(session(), viewer(), public_id)
    taking.submit(session(), found, now=datetime.now(UTC))
    return redirect(url_for("quizzes.attempt", public_id=public_id), 303)


def _result(found: Attempt) -> ResponseReturnValue:
    result = results(session(), [found])[found.id]
    left = rules.attempts_left(found.quiz.max_attempts, found.number) != 0
    settled = result.passed or not left
    frame = _frame(found)
    notices = notices_of_step(session(), viewer().id, found.quiz.step_id, current(), frame["now"])
    return render_template(
        "quizzes/result.html",
        result=result,
        answers=reviewed(session(), found, found.quiz, current(), settled=settled),
        left=left,
        later=not settled and found.quiz.show_expected_at is not None,
        notices=notices,
        **frame,
    )


def _question(
    found: Attempt,
    asked: list[Place],
    position: int,
    opened: answering.Opened | None = None,
    sent: answering.Sent | None = None,
    refusal: Invalid | answering.Newer | answering.NoMore | None = None,
) -> ResponseReturnValue:
    here = _at(asked, position)
    saved, frame = here.saved, _frame(found)
    newer = refusal.newer if isinstance(refusal, answering.Newer) else None
    page = render_template(
        "quizzes/question.html",
        places=asked,
        here=here,
        grid=_grid(found, asked, position),
        value=sent.value if sent else saved.value if saved else None,
        come_back=sent.come_back if sent else here.come_back,
        # A refused page goes on as the page that sent it: it has seen no more than that one, and its saves are its own.
        seen=newer.mark if newer else opened.seen if opened else saved.mark if saved else "",
        page=(opened.page if opened else "") or secrets.token_hex(8),
        known=opened.page if opened else "",
        newer=newer,
        reading=frame["archived"] and sent is None,
        error=refusal.sentence if refusal and not newer else "",
        invalid=isinstance(refusal, Invalid),
        unreadable=answering.SENTENCES["number"],
        band=_band(asked, frame["place"]),
        **frame,
    )
    return page, refusal.status if refusal else 200


def _frame(found: Attempt) -> dict[str, Any]:
    now = datetime.now(UTC)
    place = heading(session(), found.quiz.step_id, viewer().id, current())
    return {
        "attempt": found,
        "place": place,
        "trail": _trail(place),
        "archived": answering.CLOSED[Closed.ARCHIVED] if place.archived_at else "",
        "zone": _zone(place),
        "seconds_left": rules.seconds_left(found.due_at, now),
        "over": rules.over(found.due_at, now),
        "now": now,
    }


def _trail(place: Heading) -> list[tuple[str, str]]:
    """The pages that lead here; those of an archived step are open to nobody."""
    home = [(url_for("modules.home"), _("Home"))]
    if place.archived_at:
        return [*home, (url_for("grades.index"), _("Your marks"))]
    module = (url_for("modules.show", public_id=place.module), module_name(place))
    return [*home, module, (url_for("quizzes.open_step", public_id=place.step), place.title)]


def _band(asked: list[Place], place: Heading) -> list[bands.Part]:
    return [(bands.dye(place.position), 1, float(one.answered)) for one in asked]


def _grid(found: Attempt, asked: list[Place], here: int) -> list[tuple[int, str, str, bool]]:
    return [
        (one.position, _address(found, asked, one.position), _state(one, here), one.come_back)
        for one in asked
    ]  # fmt: skip


def _state(one: Place, here: int) -> str:
    return " ".join(word for word, holds in (("done", one.answered), ("now", one.position == here)) if holds)


def _zone(place: Heading) -> str | None:
    return viewer().zone or place.zone


def _at(asked: list[Place], position: int) -> Place:
    if not 1 <= position <= len(asked):
        raise NotFound
    return asked[position - 1]


def _address(found: Attempt, asked: list[Place], position: int) -> str:
    if position > len(asked):
        return url_for("quizzes.review", public_id=found.public_id)
    return url_for("quizzes.question", public_id=found.public_id, position=position)
