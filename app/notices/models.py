"""Notices, the mails that carry them, when somebody wants mail, and what a cohort is not told."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, PublicId
from app.notices.rules import Mails, State
from app.operations.models import Leased


class Mail(PublicId, Leased, Base):
    """One mail to one person, made of her notices when it is sent; the address is asked for then. `message_id` is
    written with the row, `handed_at` just before a server is given the text: from then on it is not sent again by
    itself, for nobody could say whether it has arrived."""

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("ix_mail_state", "state"),
        sa.Index("ix_mail_person_id_made_at", "person_id", "made_at"),
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(sa.String(16), default=State.QUEUED)
    message_id: Mapped[str] = mapped_column(sa.String(255), unique=True)
    made_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class Notice(PublicId, Base):
    """Something that one person is told, once: `key` names the occasion. `words` fill in the sentences of its kind,
    which are written in the language of whoever reads them."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "kind", "key"),
        sa.Index("ix_notice_person_id_due_at", "person_id", "due_at"),
        sa.Index(
            "ix_notice_unsent", "due_at",
            sqlite_where=sa.text("mail_id IS NULL AND read_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("mail_id IS NULL AND read_at IS NULL AND cancelled_at IS NULL"),
        ),
    )  # fmt: skip
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(200))
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    path: Mapped[str] = mapped_column(default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"), index=True)
    cancelled_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # Who wrote it, if a person did.


class MailWish(Base):
    """When somebody wants mail; without a row, a digest every day at seven."""

    __tablename__ = "mail_wish"
    __table_args__ = (
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23", name="quiet"),
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    mails: Mapped[str] = mapped_column(sa.String(8), default=Mails.DAILY)
    at_once: Mapped[bool] = mapped_column(default=True)
    hour: Mapped[int] = mapped_column(default=7)
    weekday: Mapped[int] = mapped_column(default=0)  # Of a weekly digest: 0 is Monday.
    quiet_from: Mapped[int] = mapped_column(default=20)
    quiet_until: Mapped[int] = mapped_column(default=7)


class Silence(Base):
    """A kind of notices that the trainers of a cohort have switched off."""

    __tablename__ = "notice_silence"
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
