"""What somebody has finished, module by module and cycle by cycle, and what is contested of it. Models of this room."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.db import Base, PublicId, one_open


class Finished:
    """A dated row that stays; ended by whoever takes back what it stood on, with the same reason."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    at: Mapped[datetime]  # When the last thing that was needed was done.
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]

    @declared_attr
    def person_id(cls) -> Mapped[int]:
        """Who."""
        return mapped_column(sa.ForeignKey("person.id"), sort_order=-1)

    @declared_attr
    def ended_by_id(cls) -> Mapped[int | None]:
        """Who took it back."""
        return mapped_column(sa.ForeignKey("person.id"))


class ModuleCompletion(Finished, Base):
    """A person has done a module, under which rules. Steps and rules that come later change nothing of it."""

    __tablename__ = "module_completion"
    __table_args__ = (one_open("module_completion", "person_id", "module_id"),)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), index=True)
    rule_version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_version.id"))


class CycleRule(Base):
    """What "done" means for a cycle. Changing it makes a new version."""

    __tablename__ = "cycle_rule"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    number: Mapped[int]
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class CycleCompletion(Finished, Base):
    """A person has done a cycle, under which rule, in which cohort if in one."""

    __tablename__ = "cycle_completion"
    __table_args__ = (one_open("cycle_completion", "person_id", "cycle_id"),)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    cycle_rule_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle_rule.id"))
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))


class Contest(PublicId, Base):
    """What a learner says is wrong about a status, with the facts as they were shown, and what a trainer answered."""

    __tablename__ = "contest"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "client_id"),
        one_open("contest", "person_id", "kind", "about", until="answered_at"),
        sa.Index("ix_contest_cohort_id_answered_at", "cohort_id", "answered_at"),
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))  # step, module, cycle, and what rooms above explain
    about: Mapped[str] = mapped_column(sa.String(64))  # The public id of what it is about.
    facts: Mapped[list[Any]]
    body: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    client_id: Mapped[str | None] = mapped_column(sa.String(64))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(sa.Text)
    outcome: Mapped[str | None] = mapped_column(sa.String(16))  # changed, kept
