"""Facts that no longer count, and facts that count again: dated, with who and why. The facts themselves stay."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n import lazy
from media.models import Version
from modules.actions.adding import add_all
from modules.actions.completing import complete_all_seen
from modules.actions.summaries import remake
from modules.models import Step, Watching, WatchingRevocation
from modules.queries.statements import newest_version, revoked

_REVOCATION: Any = WatchingRevocation.__table__


def facts_of(session: Session, step: Step, people: Collection[int], batch: str) -> list[int]:
    """The facts by which these people were credited with one thing."""
    own = (Watching.person_id.in_(people), Watching.batch == batch, Watching.step_id == step.id)
    return list(session.scalars(sa.select(Watching.id).where(*own)))


def reason(text: str) -> str:
    """Why facts count no longer: somebody must say."""
    if not text.strip():
        raise Invalid(fields={"why": lazy("Say why, in at most 500 letters.")})
    return text.strip()


def revoke_facts(
    session: Session, step: Step, people: Collection[int], facts: Sequence[int], *, by: Any, why: str, now: datetime
) -> int:
    """Let these facts of a step count no longer; how many did. What was earned by them stays, until somebody takes it
    back: `completing.take_back_each`. The statements do not grow with the facts."""
    ours = _ours(step, people, facts)
    standing = session.scalars(sa.select(Watching.id).where(*ours, ~revoked())).all()
    add_all(session, _REVOCATION, [{"watching_id": one, "at": now, "by_id": by.id, "why": why} for one in standing])
    _remake(session, step, people)
    return len(standing)


def undo_revocations(
    session: Session, step: Step, people: Collection[int], facts: Sequence[int], *, by: Any, now: datetime
) -> int:
    """Let these facts count again, and the step be done by who has seen enough with them; how many were revoked."""
    open_ones = sa.update(WatchingRevocation).where(
        WatchingRevocation.undone_at.is_(None),
        WatchingRevocation.watching_id.in_(sa.select(Watching.id).where(*_ours(step, people, facts))),
    )
    ended = session.execute(open_ones.values(undone_at=now, undone_by_id=by.id).returning(WatchingRevocation.id)).all()
    _remake(session, step, people)
    length = sa.select(Version.duration).join(Step, Step.id == step.id).where(Version.id == newest_version())
    complete_all_seen(session, step, session.scalar(length), now=now, people=people)
    return len(ended)


def _ours(step: Step, people: Collection[int], facts: Sequence[int]) -> tuple[sa.ColumnElement[bool], ...]:
    return Watching.id.in_(facts), Watching.step_id == step.id, Watching.person_id.in_(people)


def _remake(session: Session, step: Step, people: Collection[int]) -> None:
    for _ in remake(session, lambda table: (table.step_id == step.id, table.person_id.in_(people))):
        pass
