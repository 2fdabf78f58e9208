"""The ledger of watching: facts that stay, what was revoked of them, and the summary that pages read. Models."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, one_open
from app.operations.models import Leased
from modules.rules import ONLINE


class Watching(Base):
    """A fact: who saw which seconds of which version, reported when. Never changed, never deleted."""

    __tablename__ = "watching"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "batch"),
        sa.Index("ix_watching_person_id_step_id", "person_id", "step_id"),
        sa.Index("ix_watching_person_id_ended_at", "person_id", "ended_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"))
    batch: Mapped[str | None] = mapped_column(sa.String(64))
    segments: Mapped[list[Any]]  # [[start, end], …] in seconds of that version
    position: Mapped[float | None]
    speed: Mapped[float | None]
    device: Mapped[str | None] = mapped_column(sa.String(64))
    device_time: Mapped[datetime | None]
    began_at: Mapped[datetime | None]  # When it was played by this server's clock, where the device's can be compared.
    ended_at: Mapped[datetime | None]
    stalls: Mapped[int | None]  # How often the line was too slow meanwhile, and for how long in all.
    stalled_seconds: Mapped[float | None]
    klass: Mapped[str] = mapped_column(sa.String(24), default=ONLINE)
    marks: Mapped[list[Any]] = mapped_column(default=list)
    received_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # Who credited it, where somebody else did.


class WatchingRevocation(Base):
    """A fact that no longer counts: since when, by whom, why. Undoing it dates `undone_at`; both stay on record."""

    __tablename__ = "watching_revocation"
    __table_args__ = (one_open("watching_revocation", "watching_id", until="undone_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    watching_id: Mapped[int] = mapped_column(sa.ForeignKey("watching.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    why: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Coverage(Base):
    """The union of a person's facts of one version and class that count: a summary that `flask modules rebuild` makes
    again from them."""

    __tablename__ = "coverage"
    __table_args__ = (sa.UniqueConstraint("person_id", "step_id", "version_id", "klass"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"))
    klass: Mapped[str] = mapped_column(sa.String(24), default=ONLINE)
    ranges: Mapped[list[Any]] = mapped_column(default=list)
    seconds: Mapped[float] = mapped_column(default=0.0)
    position: Mapped[float | None]
    position_at: Mapped[datetime | None]
    device: Mapped[str | None] = mapped_column(sa.String(64))
    device_time: Mapped[datetime | None]
    stored: Mapped[int] = mapped_column(default=0, server_default="0")  # What its facts of that day weigh.
    stored_on: Mapped[date | None]


class Forwarding(Leased, Base):
    """Statements of watching on their way to one store of others, and how far they have come."""

    __tablename__ = "forwarding"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(sa.String(16))  # waiting, working, failed
    fact_id: Mapped[int] = mapped_column(default=0)  # The last ones that are there.
    completion_id: Mapped[int] = mapped_column(default=0)
    revocation_id: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
