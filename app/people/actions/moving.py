"""Somebody goes on in another cohort, in one act. Flush, never commit."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import once
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people import changing
from app.people.models import Cohort, Membership, Person


def move(session: Session, membership: Membership, to: Cohort, *, by: Person, now: datetime) -> Membership:
    """End a role in one cohort and begin the same in another, at the same moment. What was seen and done is the
    person's, and goes along; the rules and days of the new cohort count from now on."""
    if to.id == membership.cohort_id:
        raise Invalid(fields={"cohort": lazy("Choose another cohort.")})
    if to.archived_at is not None:
        raise Invalid(fields={"cohort": lazy("This cohort is archived: bring it back first.")})
    ended = sa.update(Membership).where(Membership.id == membership.id, Membership.ended_at.is_(None))
    done = session.execute(ended.values(ended_at=now, ended_by_id=by.id))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(lazy("This role has ended meanwhile. Look at the cohort again."))
    begun = Membership(
        person_id=membership.person_id, cohort_id=to.id, role=membership.role, since=now, by_id=by.id
    )  # fmt: skip
    if not once(session, begun):
        raise Invalid(fields={"cohort": lazy("The person has this role there already: end the one here instead.")})
    changing.told(session, membership.person_id, now)
    session.flush()
    return begun


def came_from(memberships: Sequence[Membership]) -> dict[Membership, Cohort]:
    """Of the roles that are held, those that began as the same role ended elsewhere, and where that was."""
    return {
        now_held: before.cohort
        for now_held in memberships if now_held.ended_at is None
        for before in memberships
        if (before.role, before.ended_at) == (now_held.role, now_held.since) and before.cohort_id != now_held.cohort_id
    }  # fmt: skip
