"""Somebody says that a status is wrong; a trainer of the cohort answers, once."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import notices
from app.db import once
from app.errors import Conflict, Forbidden, Invalid
from app.i18n import lazy
from app.text import clean_text
from modules.models import Contest
from modules.whys import Why

LONGEST = 2000
OUTCOMES = ("changed", "kept")
OPEN = lazy(
    "You have already said what is wrong here, and nobody has answered yet. You will find the answer on this page."
)
CONTEST_ANSWERED = "contest_answered"
ANSWERED = lazy("Somebody has answered in the meantime. Look at the answer.")
NOBODY = lazy("Nobody leads you here: there is nobody to answer.")
OWN = lazy("Nobody answers the own objection: another trainer or an administrator does.")


def contest(
    session: Session, person: Any, kind: str, about: str, why: Why, body: str, *, now: datetime,
    client_id: str | None = None,
) -> Contest:  # fmt: skip
    """Keep what the person says is wrong, beside the facts as they were shown. Of one thing one waits at a time; what
    came before under the same `client_id` is the same."""
    if client_id:
        before = session.scalar(
            sa.select(Contest).where(Contest.person_id == person.id, Contest.client_id == client_id)
        )
        if before is not None:
            return before
    if why.cohort_id is None:
        raise Conflict(NOBODY)
    row = Contest(
        person_id=person.id, cohort_id=why.cohort_id, kind=kind, about=about, facts=why.said,
        body=_text(body, "body"), at=now, client_id=client_id,
    )  # fmt: skip
    if not once(session, row):
        raise Conflict(OPEN)
    return row


def answer(session: Session, row: Contest, body: str, outcome: str, *, by: Any, now: datetime) -> None:
    """Answer in words, and say whether something was changed."""
    if row.person_id == by.id:
        raise Forbidden(OWN)
    if outcome not in OUTCOMES:
        raise Invalid(fields={"outcome": lazy("Say whether something was changed.")})
    said = _text(body, "answer")
    session.refresh(row, with_for_update=True)
    if row.answered_at is not None:
        raise Conflict(ANSWERED)
    row.answered_at, row.answered_by_id, row.answer, row.outcome = now, by.id, said, outcome
    session.flush()
    path, words = f"/why/{row.kind}/{row.about}#objections", {"title": str(row.facts[0]) if row.facts else ""}
    notices.tell(session, row.person_id, CONTEST_ANSWERED, row.public_id, now=now, path=path, words=words)


def _text(typed: str, field: str) -> str:
    try:
        return clean_text(typed, longest=LONGEST)
    except Invalid as refusal:
        raise Invalid(fields={field: refusal.sentence}) from refusal
