"""The spine: cycles, modules, ordered steps; who has them until when; what was seen; what is done."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, PublicId, one_open
from app.people.models import Cohort
from modules.earned import Contest, CycleCompletion, CycleRule, ModuleCompletion
from modules.ledger import Coverage, Forwarding, Watching, WatchingRevocation
from modules.rules import DEFAULT_THRESHOLD
from modules.tallies import CohortTally, LearnerTally

__all__ = [
    "Assignment",
    "AssignmentChange",
    "CohortTally",
    "Completion",
    "Contest",
    "Coverage",
    "Cycle",
    "CycleCompletion",
    "CycleRule",
    "CycleTitle",
    "Forwarding",
    "LearnerTally",
    "Module",
    "ModuleCompletion",
    "ModuleTitle",
    "Note",
    "Revocation",
    "RuleVersion",
    "Sitting",
    "Step",
    "StepTitle",
    "Watching",
    "WatchingRevocation",
]


def _zone_of_cohort(context: Any) -> str | None:
    """Days are said in the zone that the cohort has when they are written down, unless the writer says another."""
    cohort_id = context.get_current_parameters()["cohort_id"]
    zone: str | None = context.connection.scalar(sa.select(Cohort.zone).where(Cohort.id == cohort_id))
    return zone


class Cycle(PublicId, Base):
    """A training cycle: modules in their order."""

    __tablename__ = "cycle"
    created_at: Mapped[datetime]
    titles: Mapped[list["CycleTitle"]] = relationship(lazy="raise_on_sql")


class CycleTitle(Base):
    """One row per language; French is the fallback."""

    __tablename__ = "cycle_title"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "lang"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    lang: Mapped[str] = mapped_column(sa.String(8))
    title: Mapped[str]


class Module(PublicId, Base):
    """A learning module; its number is data ("3") and may be missing."""

    __tablename__ = "module"
    __table_args__ = (
        sa.Index(
            "uq_module_number", "cycle_id", "number", unique=True,
            sqlite_where=sa.text("archived_at IS NULL"), postgresql_where=sa.text("archived_at IS NULL"),
        ),
    )  # fmt: skip
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    position: Mapped[int]
    number: Mapped[str | None] = mapped_column(sa.String(8))
    kind: Mapped[str] = mapped_column(sa.String(16), default="recorded")  # recorded, in_person
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    archived_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    titles: Mapped[list["ModuleTitle"]] = relationship(lazy="raise_on_sql")


class ModuleTitle(Base):
    """One row per language; French is the fallback."""

    __tablename__ = "module_title"
    __table_args__ = (sa.UniqueConstraint("module_id", "lang"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"))
    lang: Mapped[str] = mapped_column(sa.String(8))
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")


class Step(PublicId, Base):
    """One thing to do in a module. Its kind says which room opens it."""

    __tablename__ = "step"
    __table_args__ = (sa.CheckConstraint("share >= 0.05 AND share <= 1", name="share"),)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))  # recording, page, quiz, cases, in_person, file
    recording_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recording.id"), index=True)
    share: Mapped[float] = mapped_column(default=DEFAULT_THRESHOLD)  # To see of it, where no rule version says another.
    body: Mapped[str | None]  # A page's Markdown, and the clean HTML made from it when it was saved.
    html: Mapped[str | None]
    lang: Mapped[str] = mapped_column(sa.String(8), default="fr")
    file_key: Mapped[str | None]
    file_name: Mapped[str | None]
    file_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    file_type: Mapped[str | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    archived_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    moved_at: Mapped[datetime | None]  # When it came into its module, where it was made in another one.
    moved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    titles: Mapped[list["StepTitle"]] = relationship(lazy="raise_on_sql")


class StepTitle(Base):
    """One row per language; French is the fallback."""

    __tablename__ = "step_title"
    __table_args__ = (sa.UniqueConstraint("step_id", "lang"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"))
    lang: Mapped[str] = mapped_column(sa.String(8))
    title: Mapped[str]


class RuleVersion(Base):
    """What "done" means for each step of a module: {step public id: terms}. Changing it makes a new version."""

    __tablename__ = "rule_version"
    __table_args__ = (sa.UniqueConstraint("module_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"))
    number: Mapped[int]
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Assignment(Base):
    """A cohort has a module now: from when to when, under which rule version. How it came so: AssignmentChange.

    Taken back, the row goes, so that no question of any room can forget to ask whether it still holds.
    """

    __tablename__ = "assignment"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "module_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), index=True)
    rule_version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_version.id"))
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default=_zone_of_cohort)  # In which its days were said; the cohort's may change.
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class AssignmentChange(Base):
    """What was decided about a module for a cohort, when and by whom. Never changed, never deleted."""

    __tablename__ = "assignment_change"
    __table_args__ = (sa.Index("ix_assignment_change_cohort_id_module_id", "cohort_id", "module_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(16))  # given, dates, rules, withdrawn
    rule_version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_version.id"))
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    zone: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Sitting(PublicId, Base):
    """A dated meeting of a cohort, hung on an in-person step; `day_only`: no hour is known, only the day there."""

    __tablename__ = "sitting"
    __table_args__ = (one_open("sitting", "step_id", "cohort_id", "day", until="cancelled_at"),)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    day: Mapped[date]  # In the place's zone, so that a cohort meets once on it.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default=_zone_of_cohort)  # The place's own.
    day_only: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]  # When its date or place was last said anew.
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Note(PublicId, Base):
    """What a person wrote for herself at a second of a recording; nobody else reads it."""

    __tablename__ = "note"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "client_id"),
        sa.CheckConstraint("second >= 0", name="second"),
        sa.Index("ix_note_person_id_step_id", "person_id", "step_id"),
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("recording_version.id"))
    second: Mapped[float]  # Of that version.
    body: Mapped[str] = mapped_column(sa.Text)
    client_id: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Completion(Base):
    """A person has done a step, under which rules, from which source. Ended only by a Revocation."""

    __tablename__ = "completion"
    __table_args__ = (sa.UniqueConstraint("person_id", "step_id", "rule_version_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"), index=True)
    rule_version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_version.id"))
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(sa.String(16))  # watching, page, file, quiz, cases, trainer
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Revocation(Base):
    """An earned completion taken back: when, by whom, why. Giving it again dates `undone_at`; rows stay."""

    __tablename__ = "revocation"
    __table_args__ = (one_open("revocation", "completion_id", until="undone_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    completion_id: Mapped[int] = mapped_column(sa.ForeignKey("completion.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    why: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
