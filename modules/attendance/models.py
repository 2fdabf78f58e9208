"""Halves of a day in person, what was noted about who was there, and recordings that were played for a room."""

from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, PublicId, new_public_id, one_open
from modules.attendance.rules import WHOLE
from modules.models import Sitting


class Half(PublicId, Base):
    """A part of a sitting of which attendance is noted: the whole day, its morning, or a session with a name.

    Hours are those of the clocks at the sitting's place, so that they stay when the date moves.
    """

    __tablename__ = "sitting_half"
    __table_args__ = (
        one_open("sitting_half", "sitting_id", "position"),
        sa.CheckConstraint("starts IS NOT NULL OR ends IS NULL", name="hours"),
    )
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))  # day, morning, afternoon, session
    label: Mapped[str] = mapped_column(default="")  # Of a session.
    starts: Mapped[time | None]
    ends: Mapped[time | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class AttendanceNote(Base):
    """What was noted about somebody's attendance: there, not there, or nothing any more (None). The newest note counts;
    a Completion stands beside a presence. A note that its sender named counts once however often and late it comes.

    Without a half it is about all halves of the step. `sequence` is the sender's own count on one device: a note that
    comes after a later one of the same device is `late` and only kept. What the device took for the time stands beside.
    """

    __tablename__ = "attendance_note"
    __table_args__ = (
        sa.UniqueConstraint("by_id", "client_id"),
        sa.Index("ix_attendance_note_step_id_person_id", "step_id", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    client_id: Mapped[str | None] = mapped_column(sa.String(64))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"))
    half_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sitting_half.id"), index=True)
    present: Mapped[bool | None]
    why: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[str] = mapped_column(sa.String(16), default="list", server_default="list")  # or code, card, sheet
    device: Mapped[str | None] = mapped_column(sa.String(64))  # A random name that the browser gave itself.
    device_class: Mapped[str] = mapped_column(default="", server_default="")  # Browser and system, by family only.
    device_time: Mapped[datetime | None]
    sequence: Mapped[int | None] = mapped_column(sa.BigInteger)
    late: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    conflict: Mapped[bool] = mapped_column(
        default=False, server_default=sa.false()
    )  # It says other than who came first.
    at: Mapped[datetime]


class RoomViewing(PublicId, Base):
    """A recording that somebody played for a room: what was played of which version is credited to who was there."""

    __tablename__ = "room_viewing"
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    half_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sitting_half.id"))
    place: Mapped[str] = mapped_column(default="")
    ranges: Mapped[list[Any]] = mapped_column(default=list)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(default="")


class RoomSeat(Base):
    """Somebody was there when a recording was played for a room; taken out again with a reason."""

    __tablename__ = "room_seat"
    __table_args__ = (one_open("room_seat", "viewing_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    viewing_id: Mapped[int] = mapped_column(sa.ForeignKey("room_viewing.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(default="")


@sa.event.listens_for(Sitting, "after_insert")
def _whole(_mapper: Any, connection: sa.Connection, sitting: Sitting) -> None:
    """Whoever sets a date sets a day of one half, until it is parted."""
    table: Any = Half.__table__
    row = {"public_id": new_public_id(), "sitting_id": sitting.id, "position": 0, "kind": WHOLE, "label": ""}
    connection.execute(table.insert(), row)
