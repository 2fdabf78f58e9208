"""Statements on their way to a learning record store of others (LRS_URL): fifty at a time, from where the last ones
that arrived end. A store knows a statement by its id, so that what is sent twice is there once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import jobs
from app.db import db
from app.operations import work
from app.operations.leases import Leases
from app.operations.work import Hold, config
from modules.actions.adding import add_once
from modules.lrs import NotTaken, Store
from modules.models import Completion, Forwarding, Watching, WatchingRevocation
from modules.queries import exported
from modules.rules import ForwardState

AT_ONCE = 50
TRIES = 12

FORWARDS = Leases(
    bell="modules.forward", table=Forwarding, state="state", waiting=ForwardState.WAITING,
    working=(ForwardState.WORKING,), failed=ForwardState.FAILED, tries=TRIES,
    may_help=lambda reason: reason != "login",
)  # fmt: skip
Next = Callable[[Session, str, Any], list[tuple[int, dict[str, Any]]]]
STREAMS: dict[str, Next] = {  # By the column that says how far each has come; a fact goes before what voids it.
    "fact_id": lambda session, base, row: exported.next_facts(session, base, row.fact_id, AT_ONCE),
    "completion_id": lambda session, base, row: exported.next_done(session, base, row.completion_id, AT_ONCE),
    "revocation_id": lambda session, base, row: exported.next_voided(
        session, base, row.revocation_id, row.fact_id, AT_ONCE
    ),
}


@jobs.sweep_every(60)
def due(session: Session, now: datetime) -> None:
    """What is new since the last time is to be sent."""
    url = config().lrs_url
    if not url:
        return
    add_once(session, Forwarding.__table__, _first(Store(url).name, now))
    row = session.scalars(sa.select(Forwarding).where(Forwarding.address == Store(url).name)).one()
    FORWARDS.give_up(session, "died", now)
    if row.state == ForwardState.IDLE and _has_more(session, row):
        again(session, row, now)
    FORWARDS.ring_again(session, now)


def again(session: Session, row: Forwarding, now: datetime) -> None:
    """It is to be sent: there is more, or an operator wants another try."""
    row.state, row.state_at, row.attempt, row.next_try_at, row.reason = ForwardState.WAITING, now, 0, None, None
    session.flush()
    FORWARDS.ring(session, row)


@jobs.handler(FORWARDS.bell)
def forward(row_id: int) -> None:
    """Send what is new to the store of this row, if it is due."""
    work.work(FORWARDS, row_id, _forward, _why)


def _forward(hold: Hold) -> None:
    store = Store(hold.config.lrs_url)
    for column, following in STREAMS.items():
        while portion := _portion(hold, following, hold.config.base_url.rstrip("/")):
            store.send([statement for _id, statement in portion])
            values = {column: portion[-1][0], "sent": Forwarding.sent + len(portion)}
            hold.write(FORWARDS.renew, **values)
            hold.check()
    hold.write(FORWARDS.finish, ForwardState.IDLE)


def _portion(hold: Hold, following: Next, base: str) -> list[tuple[int, dict[str, Any]]]:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        return following(session, base, session.get_one(Forwarding, hold.row_id))


def _has_more(session: Session, row: Forwarding) -> bool:
    newest = {
        "fact_id": sa.select(sa.func.max(Watching.id)), "completion_id": sa.select(sa.func.max(Completion.id)),
        "revocation_id": sa.select(sa.func.max(WatchingRevocation.id)),
    }  # fmt: skip
    return any((session.scalar(asked) or 0) > getattr(row, column) for column, asked in newest.items())


def _first(address: str, now: datetime) -> dict[str, Any]:
    begun = dict.fromkeys(("fact_id", "completion_id", "revocation_id", "sent", "attempt"), 0)
    return {**begun, "address": address, "state": ForwardState.IDLE, "state_at": now, "progress": 0.0}


def _why(error: Exception) -> str:
    return error.why if isinstance(error, NotTaken) else "broken"
