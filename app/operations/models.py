"""The workers that gave a sign of life, and what every row has that they take."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Worker(Base):
    """One worker: on which machine, since when, and what it saw there last. It takes its row away when it ends."""

    __tablename__ = "worker"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(160), unique=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    release: Mapped[str] = mapped_column(sa.String(64))
    at_once: Mapped[int]  # How many jobs it does at the same time.
    cores: Mapped[int]
    load: Mapped[float]  # The machine's, in the last minute.
    free: Mapped[int] = mapped_column(sa.BigInteger)  # Bytes of the disk it works on.


class Leased:
    """The columns of a row that workers take by lease (`app.operations.leases`), beside that of its state."""

    state_at: Mapped[datetime]  # Since when it stands so.
    progress: Mapped[float] = mapped_column(default=0.0)
    eta_s: Mapped[float | None]
    token: Mapped[str | None] = mapped_column(sa.String(32))  # Of the run that holds it; its work folder is called so.
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(sa.String(160))  # Who works on it, or did last: machine and process.
    attempt: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    reason: Mapped[str | None]  # Why it waits, or failed.
