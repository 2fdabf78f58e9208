"""Signs of life of workers. Flush, never commit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.db import once
from app.operations.models import Worker
from app.operations.rules import FORGOTTEN


@dataclass(frozen=True)
class Sign:
    """What a worker tells of itself and of its machine."""

    release: str
    at_once: int
    cores: int
    load: float
    free: int


def sign(session: Session, name: str, since: datetime, told: Sign, now: datetime) -> None:
    """Note that this worker lives. A name that comes again on a new process begins anew."""
    values = {"since": since, "seen_at": now, **vars(told)}
    own = update(Worker).where(Worker.name == name).values(**values)
    if not session.execute(own).rowcount:  # type: ignore[attr-defined]
        once(session, Worker(name=name, **values))


def leave(session: Session, name: str) -> None:
    """It ends in good order."""
    session.execute(delete(Worker).where(Worker.name == name))


def forget(session: Session, now: datetime) -> None:
    """Workers that were killed stand on the page for a day."""
    session.execute(delete(Worker).where(Worker.seen_at < now - FORGOTTEN))
