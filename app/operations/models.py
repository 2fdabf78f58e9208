"""The workers that gave a sign of life."""

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
