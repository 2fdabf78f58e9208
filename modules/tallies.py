"""What a programme's report counts, learner by learner: summaries made again from the facts. Models of this room."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class LearnerTally(Base):
    """A learner of a cohort in one cycle (`module_id` empty) or one module of it; nobody who leads or observes."""

    __tablename__ = "learner_tally"
    __table_args__ = (
        # All that a report sums, so that it reads the index alone.
        sa.Index(
            "ix_learner_tally_report", "cycle_id", "module_id", "days", "cohort_id", "since", "begun", "finished",
            "seconds", "presences", "country", "institution", "gender",
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id", ondelete="CASCADE"))
    module_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    institution: Mapped[str] = mapped_column(default="")  # Its kind.
    gender: Mapped[str] = mapped_column(default="")
    begun: Mapped[int]  # 0 or 1, to be summed.
    finished: Mapped[int]
    days: Mapped[int | None]  # From the beginning to the end, where there is one.
    seconds: Mapped[float]
    presences: Mapped[int]


class CohortTally(Base):
    """When a cohort's learners were counted last."""

    __tablename__ = "cohort_tally"
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
