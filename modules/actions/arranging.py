"""Modules and steps are put in order, put away and brought back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import refusing
from app.errors import Conflict
from app.i18n import lazy
from modules.actions.finishing import settle, settle_cycle
from modules.models import Module, Step

NUMBER_TAKEN = lazy(
    "Another module of the cycle has its number now. Give that one another number, then bring this back."
)


def move(session: Session, row: Module | Step, by: int) -> None:
    """One place up (-1) or down (+1) among its living neighbours; at the end, or put away, nothing happens."""
    if row.archived_at is not None:
        return
    if isinstance(row, Module):
        siblings: Sequence[Any] = session.scalars(
            sa.select(Module).where(Module.cycle_id == row.cycle_id, Module.archived_at.is_(None))
            .order_by(Module.position, Module.id)
        ).all()  # fmt: skip
    else:
        siblings = session.scalars(
            sa.select(Step).where(Step.module_id == row.module_id, Step.archived_at.is_(None))
            .order_by(Step.position, Step.id)
        ).all()  # fmt: skip
    order = list(siblings)
    place = order.index(row)
    other = place + by
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    places = sorted(each.position for each in order)
    if len(set(places)) < len(places):
        places = list(range(1, len(order) + 1))
    for each, position in zip(order, places, strict=True):
        each.position = position
    session.flush()


def archive(session: Session, row: Module | Step, *, now: datetime, by: Any) -> None:
    """Put away: out of everybody's sight, facts and completions stay; who did it first stands beside it.

    Whoever lacked nothing else has finished from now on.
    """
    if row.archived_at is None:
        row.archived_at, row.archived_by_id = now, by and by.id
        session.flush()
        if isinstance(row, Module):
            settle_cycle(session, row.cycle_id, None, now=now)
        else:
            settle(session, row.module_id, None, now=now)


def bring_back(session: Session, row: Module | Step) -> None:
    """Undo an archiving; the row stands where it stood."""
    with refusing(session, Conflict(NUMBER_TAKEN)):
        row.archived_at = row.archived_by_id = None
