"""Practical cases, their texts per stage, and the threads of a cohort on them. Texts are versions: never changed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, PublicId, one_open


class Case(PublicId, Base):
    """A practical case of a cycle. A template (dated) holds a country and no text yet.

    `cohort_id` is the cohort that tells the case: the one it was made in, else the one of its first text; none for a
    case of the whole cycle.
    """

    __tablename__ = "practical_case"
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    country: Mapped[str] = mapped_column(sa.String(2))
    title: Mapped[str]
    territory: Mapped[str] = mapped_column(default="")
    partners: Mapped[str] = mapped_column(default="")
    convention: Mapped[str] = mapped_column(default="")
    means: Mapped[str] = mapped_column(default="")
    perspectives: Mapped[str] = mapped_column(default="")
    consent: Mapped[str] = mapped_column(sa.String(16), default="cohort")
    lang: Mapped[str] = mapped_column(sa.String(16), default="fr")
    template_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    archived_at: Mapped[datetime | None]
    archived_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class CaseText(Base):
    """One version of one text of a case: what was done, difficulties, lessons or successes of a stage.

    The facts of a case (territory, partners …) leave their versions here too, under the stage `case`.
    """

    __tablename__ = "case_text"
    __table_args__ = (sa.Index("ix_case_text_case_id_stage_facet", "case_id", "stage", "facet"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("practical_case.id"))
    stage: Mapped[str] = mapped_column(sa.String(16))
    facet: Mapped[str] = mapped_column(sa.String(16))
    body: Mapped[str]
    html: Mapped[str]
    lang: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class CaseHeading(Base):
    """Country, title, consent and language of a case as they were from this moment on; the newest are on the case."""

    __tablename__ = "case_heading"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("practical_case.id"), index=True)
    country: Mapped[str] = mapped_column(sa.String(2))
    title: Mapped[str]
    consent: Mapped[str] = mapped_column(sa.String(16))
    lang: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Thread(PublicId, Base):
    """A discussion of one cohort on one case and, if wished, one stage of it."""

    __tablename__ = "thread"
    __table_args__ = (sa.Index("ix_thread_cohort_id_case_id", "cohort_id", "case_id"),)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("practical_case.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    stage: Mapped[str | None] = mapped_column(sa.String(16))
    title: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    pinned_at: Mapped[datetime | None]
    pinned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    archived_at: Mapped[datetime | None]
    archived_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Post(PublicId, Base):
    """A contribution. `root_id` is the post that opens its exchange (itself for one that answers nothing); the text
    is the PostText whose number is `version`; kind, stage, language and consent are those of that version.

    `parent_id` is the post under which a reply stands, `answers_id` the one that it answers. The texts of a withdrawn
    post stay on record and are shown nowhere.
    """

    __tablename__ = "post"
    __table_args__ = (
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index("ix_post_thread_id_root_id_id", "thread_id", "root_id", "id"),
        sa.Index("ix_post_thread_id_at", "thread_id", "at"),
    )
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    answers_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    stage: Mapped[str | None] = mapped_column(sa.String(16))
    lang: Mapped[str] = mapped_column(sa.String(16))
    consent: Mapped[str] = mapped_column(sa.String(16))
    client_id: Mapped[str | None] = mapped_column(sa.String(64))
    version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class PostText(Base):
    """One version of a post: what it wanted to be, its text as typed, and clean HTML made when it was written."""

    __tablename__ = "post_text"
    __table_args__ = (sa.UniqueConstraint("post_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))
    stage: Mapped[str | None] = mapped_column(sa.String(16))
    lang: Mapped[str] = mapped_column(sa.String(16))
    consent: Mapped[str] = mapped_column(sa.String(16))
    body: Mapped[str]
    html: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Hiding(Base):
    """A post taken out of sight by a trainer, with the reason; undone by a later date in the same row."""

    __tablename__ = "hiding"
    __table_args__ = (one_open("hiding", "post_id", until="undone_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class ReadMark(Base):
    """How far a person has read a thread: every post up to this id, which grows in the order of their commits."""

    __tablename__ = "read_mark"
    __table_args__ = (sa.UniqueConstraint("person_id", "thread_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"), index=True)
    upto_id: Mapped[int]


class ReadAhead(Base):
    """A post that a person was shown while an earlier one of its thread was not: on a later page, or as a late answer
    on an earlier one. It goes once the mark has passed it."""

    __tablename__ = "read_ahead"
    __table_args__ = (sa.UniqueConstraint("person_id", "thread_id", "post_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"), index=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
