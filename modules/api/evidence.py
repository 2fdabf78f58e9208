"""The evidence of what a learner has seen of a recording, for who leads the cohort: the same as on the page."""

from datetime import UTC, datetime
from typing import Annotated, Any

from flask import request
from pydantic import BaseModel, Field, StrictBool, StrictInt

from app.web.access import viewer
from app.web.api import In, Problem, validate
from app.web.incoming import Text
from app.web.session import session
from modules import access, actions
from modules.api import bp
from modules.queries import evidence

AT = "/cohorts/<public_id>/learners/<person_id>/steps/<step_id>/evidence"
MOST = 2**31 - 1


class EvidenceAsked(BaseModel):
    """Facts of one class, `odd` or `revoked` ones, or `all`; and which page."""

    only: Annotated[str, Field(max_length=24)] = "all"
    page: int = Field(1, ge=1, le=100_000)


class FactOut(BaseModel):
    """A report as it came; `number` names it among those of its learner and step."""

    number: int
    received: datetime
    device: str | None
    kind: str = Field(description="online, offline device, in room or equivalent reading")
    segments: list[list[float]]
    marks: list[str]
    revoked: datetime | None
    why: str | None


class FactsOut(BaseModel):
    """One page of facts, the newest first."""

    facts: list[FactOut]
    page: int
    pages: int


class RevocationIn(In):
    """Which facts count no longer and why, or count again; `take_back` the step as well."""

    facts: list[Annotated[StrictInt, Field(ge=1, le=MOST)]] = Field(min_length=1, max_length=1000)
    again: StrictBool = False
    why: Annotated[Text, Field(max_length=500)] = ""
    take_back: StrictBool = False


class ChangedOut(BaseModel):
    """How many facts were changed."""

    changed: int


@bp.get(AT)
@validate({200: FactsOut}, query=EvidenceAsked, tags=("progress",))
def read_evidence(public_id: str, person_id: str, step_id: str, query: EvidenceAsked) -> Any:
    """All reports of one learner and recording."""
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_in(session(), cohort, person_id)
    step = access.step_in(session(), cohort, step_id, "recording")
    found = evidence.facts(session(), person.id, step.id, query.only, query.page)
    return FactsOut(
        page=found.page, pages=found.pages,
        facts=[
            FactOut(
                number=row.number, received=row.received_at, device=row.device, kind=row.klass,
                segments=row.segments, marks=row.marks, revoked=row.revoked_at, why=row.why,
            )
            for row in found.rows
        ],
    )  # fmt: skip


@bp.post(f"{AT}/revocation")
@validate({200: ChangedOut, 409: Problem}, json=RevocationIn, tags=("progress",))
def revoke_evidence(public_id: str, person_id: str, step_id: str) -> Any:
    """Let facts count no longer, or again. What was earned by them stays unless it is taken back too."""
    sent: RevocationIn = request.context.json  # type: ignore[attr-defined]
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_to_note(session(), cohort, person_id, viewer())
    step, now = access.step_in(session(), cohort, step_id, "recording"), datetime.now(UTC)
    chosen = evidence.ids(session(), person.id, step.id, sent.facts)
    if sent.again:
        return ChangedOut(changed=actions.undo_revocations(session(), step, [person.id], chosen, by=viewer(), now=now))
    why = actions.reason(sent.why)
    gone = actions.revoke_facts(session(), step, [person.id], chosen, by=viewer(), why=why, now=now)
    if gone and sent.take_back:
        actions.take_back_each(session(), step, {person.id: why}, by=viewer(), now=now)
    return ChangedOut(changed=gone)
