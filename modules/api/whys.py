"""Why a status stands as it does, by machine, and what its person says is wrong about it."""

from datetime import UTC, datetime
from typing import Any

from flask import request

from app import i18n
from app.errors import NotFound
from app.web.access import viewer
from app.web.api import Problem, validate
from app.web.limits import writing
from app.web.session import session
from modules import actions, whys
from modules.api import bp
from modules.queries import contests
from modules.schemas_whys import ObjectionIn, ObjectionOut, WhyOut


@bp.get("/why/<kind>/<about>")
@validate({200: WhyOut}, tags=("why",))
def read_why(kind: str, about: str) -> Any:
    """The verdict, the rule and the facts behind one's own step, module or cycle, and one's objections to it."""
    return _told(kind, about, _explained(kind, about))


@bp.post("/why/<kind>/<about>/objections")
@writing
@validate({200: WhyOut, 409: Problem}, json=ObjectionIn, tags=("why",))
def object_to(kind: str, about: str) -> Any:
    """Say what is wrong. The same `client_id` again changes nothing; one objection to a thing waits at a time."""
    sent: ObjectionIn = request.context.json  # type: ignore[attr-defined]
    found = _explained(kind, about)
    actions.contest(
        session(), viewer(), kind, about, found, sent.body, now=datetime.now(UTC), client_id=sent.client_id
    )  # fmt: skip
    return _told(kind, about, found)


def _explained(kind: str, about: str) -> whys.Why:
    asked = whys.Asked(viewer().id, about, viewer(), i18n.current(), datetime.now(UTC))
    found = whys.explain(session(), kind, asked)
    if found is None:
        raise NotFound
    return found


def _told(kind: str, about: str, found: whys.Why) -> WhyOut:
    said = [
        ObjectionOut(id=each.public_id, body=each.body, at=each.at, answer=each.answer, outcome=each.outcome)
        for each in contests.of_thing(session(), viewer().id, kind, about)
    ]
    return WhyOut(
        title=str(found.title), verdict=str(found.verdict), rule=str(found.rule),
        facts=[str(fact) for fact in found.facts], objections=said,
    )  # fmt: skip
