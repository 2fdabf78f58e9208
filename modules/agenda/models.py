"""The secret address of somebody's calendar."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class CalendarKey(Base):
    """The one key of a person's calendar that opens now; a new one replaces it, and only its hash is kept."""

    __tablename__ = "calendar_key"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
