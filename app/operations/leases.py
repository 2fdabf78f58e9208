"""Rows that stand for work. A worker takes one by lease, gives signs of life, and ends it, puts it off or hands it
back; what a silent worker held is taken over, and given up after a few tries. Every write asks whether the row is still
as it must be: the database has the last word, row counts decide. Flush, never commit.

`now` is the time of the database (`jobs.time_of`): the machines that share a lease need not agree on theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, and_, or_, select, true, update
from sqlalchemy.orm import Session

from app import jobs
from app.operations.rules import LEASE, back_off, room_pause

_FREE = {"token": None, "lease_until": None, "eta_s": None}
_RUNG: set[tuple[str, int, str]] = set()


class Stopped(Exception):
    """Someone else took over, or a person cancelled: stop and write nothing."""


@dataclass(frozen=True)
class Leases:
    """The leases of one table (`models.Leased`): what its states mean, how often a row is tried, when its turn is."""

    bell: str
    table: Any
    state: str  # The column.
    waiting: Any
    working: Sequence[Any]  # A row that is taken has the first.
    failed: Any
    tries: int
    open: Any = true()  # Of a row that is work at all.
    ended: Callable[[datetime], dict[str, Any]] = lambda now: {}  # Written with an end that is none that was hoped for.
    may_help: Callable[[str], bool] = lambda reason: True  # Whether another try may, after this failure.
    turn: Callable[[Any], datetime] = lambda row: row.state_at
    columns: Sequence[Any] = ()  # What `turn` asks for.
    last: bool = True  # It can wait until nothing else does.

    def claim(self, session: Session, row_id: int, token: str, now: datetime, worker: str = "") -> bool:
        """Take the row if nobody works on it and its time has come."""
        begun = self._to(self.working[0], now, attempt=self.table.attempt + 1, next_try_at=None, reason=None)
        begun |= {"token": token, "lease_until": now + LEASE, "worker": worker or None}
        return self._write(session, and_(self._row(row_id), self._due(now)), begun) == 1

    def renew(self, session: Session, row_id: int, token: str, now: datetime, **values: Any) -> None:
        """A sign of life with what is new; Stopped if the row is no longer ours."""
        self._write_ours(session, row_id, token, {"lease_until": now + LEASE, **values})

    def finish(self, session: Session, row_id: int, token: str, state: Any, now: datetime, **values: Any) -> None:
        """It is done, or Stopped."""
        self._write_ours(session, row_id, token, self._to(state, now, reason=None, **values) | {"progress": 1.0})

    def hand_back(self, session: Session, row_id: int, token: str, now: datetime) -> None:
        """The worker was asked to stop: the next one begins at once, and this attempt does not count."""
        back = self._to(self.waiting, now, attempt=self.table.attempt - 1, reason=None)
        if self._write(session, self._ours(row_id, token), back):
            for row in self.due(session, now):
                if row.id == row_id:
                    self.ring(session, row)

    def put_off(
        self, session: Session, row_id: int, token: str, reason: str, now: datetime, since: datetime | None = None
    ) -> None:
        """It cannot begin yet: it waits without counting an attempt, the longer the longer it has (`since`)."""
        since = since or now
        later = self._to(self.waiting, since, attempt=self.table.attempt - 1, reason=reason)
        self._write_ours(session, row_id, token, later | {"next_try_at": now + room_pause(now - since)})

    def fail(self, session: Session, row_id: int, token: str, reason: str, now: datetime) -> bool:
        """Say why it failed; it is tried again later, a few times, where that may help. Whether this was the end."""
        attempt = session.scalar(select(self.table.attempt).where(self._ours(row_id, token))) or self.tries
        again = attempt < self.tries and self.may_help(reason)
        values = self._to(self.waiting if again else self.failed, now, reason=reason)
        values |= {"next_try_at": now + back_off(attempt)} if again else self.ended(now)
        self._write_ours(session, row_id, token, values)
        return not again

    def stop(self, session: Session, row: Any, state: Any, now: datetime, *others: Any) -> bool:
        """Somebody cancels what waits or is worked on, or stands in one of the other states; whoever works on it
        notices at the next sign of life. Whether there was something to stop."""
        among = getattr(self.table, self.state).in_((self.waiting, *self.working, *others))
        values = self._to(state, now, next_try_at=None) | self.ended(now)
        stopped = self._write(session, and_(self._row(row.id), self.open, among), values) == 1
        session.refresh(row, list(values))
        return stopped

    def give_up(self, session: Session, reason: str, now: datetime) -> None:
        """A row whose workers died time after time is failed, so that a person looks at it."""
        spent = and_(self.table.attempt >= self.tries, self.open, self._abandoned(now))
        self._write(session, spent, self._to(self.failed, now, reason=reason) | self.ended(now))

    def due(self, session: Session, now: datetime) -> list[Any]:
        """The rows that somebody should work on now, in their turn."""
        table = self.table
        facts = select(table.id, table.state_at, table.token, table.next_try_at, *self.columns)
        return sorted(session.execute(facts.where(self._due(now))), key=lambda row: (self.turn(row), row.id))

    def ring_again(self, session: Session, now: datetime) -> None:
        """Ring for rows that nobody works on. While bells wait, only for those whose time came or whose worker died,
        once: they must not wait until the queue is empty. When it is, for all: a bell was lost."""
        idle = jobs.idle()
        for row in self.due(session, now):
            missed = row.token or str(row.next_try_at or "")
            if idle or (missed and (self.bell, row.id, missed) not in _RUNG):
                _RUNG.add((self.bell, row.id, missed))
                self.ring(session, row)

    def ring(self, session: Session, row: Any) -> None:
        """Ring for this row, once the session has committed."""
        jobs.ring(session, self.bell, row.id, turn=self.turn(row), last=self.last)

    def _to(self, state: Any, now: datetime, **values: Any) -> dict[str, Any]:
        return {self.state: state, "state_at": now, "progress": 0.0, **_FREE, **values}

    def _row(self, row_id: int) -> Any:
        return self.table.id == row_id

    def _ours(self, row_id: int, token: str) -> Any:
        return and_(self._row(row_id), self.table.token == token)

    def _due(self, now: datetime) -> Any:
        table = self.table
        its_time = or_(table.next_try_at.is_(None), table.next_try_at <= now)
        waits = and_(getattr(table, self.state) == self.waiting, its_time)
        return and_(table.attempt < self.tries, self.open, or_(waits, self._abandoned(now)))

    def _abandoned(self, now: datetime) -> Any:
        return and_(getattr(self.table, self.state).in_(self.working), self.table.lease_until < now)

    def _write_ours(self, session: Session, row_id: int, token: str, values: dict[str, Any]) -> None:
        if not self._write(session, self._ours(row_id, token), values):
            raise Stopped

    def _write(self, session: Session, where: Any, values: dict[str, Any]) -> int:
        statement = update(self.table).where(where).values(**values).execution_options(synchronize_session=False)
        done = session.execute(statement)
        assert isinstance(done, CursorResult)
        return done.rowcount
