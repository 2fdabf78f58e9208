"""Questions and their versions, quizzes, attempts with the terms they began under, answers, grades, releases."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, PublicId
from quizzes.rules.closing import MOST_BYTES, MOST_SAVES


class Question(PublicId, Base):
    """A question of a module's bank; what it says is in its versions."""

    __tablename__ = "question"
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), index=True)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    archived_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class QuestionVersion(Base):
    """What a question says and what is right, from this edit on. Never changed: attempts point at it."""

    __tablename__ = "question_version"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "number"),
        sa.CheckConstraint(
            "(see_second IS NULL) = (see_step_id IS NULL) AND (see_second IS NULL) = (see_version_id IS NULL)",
            name="see_whole",
        ),
        sa.CheckConstraint("see_second >= 0", name="see_second"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))
    lang: Mapped[str] = mapped_column(sa.String(8), default="fr")
    text: Mapped[str]
    html: Mapped[str]
    points: Mapped[float]
    spec: Mapped[dict[str, Any]] = mapped_column(default=dict)
    feedback: Mapped[str] = mapped_column(default="")
    feedback_html: Mapped[str] = mapped_column(default="")
    see_step_id: Mapped[int | None] = mapped_column(sa.ForeignKey("step.id"))  # Of a recording that tells it.
    see_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recording_version.id"))
    see_second: Mapped[float | None]  # Of that file; time maps carry it to the one in use when it is read.
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    question: Mapped[Question] = relationship(lazy="raise_on_sql")


class Quiz(Base):
    """The terms of the quiz that hangs on a step, as they are for attempts that begin now."""

    __tablename__ = "quiz"
    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"), unique=True)
    lang: Mapped[str] = mapped_column(sa.String(8), default="fr")
    intro: Mapped[str] = mapped_column(default="")
    intro_html: Mapped[str] = mapped_column(default="")
    pass_mark: Mapped[float] = mapped_column(default=0.5)
    max_attempts: Mapped[int | None] = mapped_column(default=2)
    time_limit_s: Mapped[int | None]
    show_expected_at: Mapped[datetime | None]  # Since when learners see expected answers once they have handed in.
    updated_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class QuizItem(Base):
    """A question's place in a quiz and its worth there (none: what the question itself says)."""

    __tablename__ = "quiz_item"
    __table_args__ = (sa.UniqueConstraint("quiz_id", "question_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"), index=True)
    position: Mapped[int]
    points: Mapped[float | None]


class Attempt(PublicId, Base):
    """One run through a quiz, under the terms of its first second."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "person_id", "number"),
        sa.CheckConstraint("number <= max_attempts", name="number_allowed"),
        sa.CheckConstraint("number >= 1", name="number_counts"),
        sa.CheckConstraint(f"saves <= {MOST_SAVES}", name="saves_held"),
        sa.CheckConstraint(f"saved_bytes <= {MOST_BYTES}", name="saved_bytes_held"),
        sa.Index("ix_attempt_person_id", "person_id"),
        sa.Index("ix_attempt_due_at", "due_at"),
    )
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    number: Mapped[int]
    max_attempts: Mapped[int | None]
    pass_mark: Mapped[float]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]  # When its learner last opened the result.
    saves: Mapped[int] = mapped_column(default=0)
    saved_bytes: Mapped[int] = mapped_column(default=0)

    quiz: Mapped[Quiz] = relationship(lazy="raise_on_sql")


class AttemptItem(Base):
    """One question as this attempt asks it: its version and its worth stay what they were."""

    __tablename__ = "attempt_item"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"))
    position: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), index=True)
    points: Mapped[float]

    version: Mapped[QuestionVersion] = relationship(lazy="raise_on_sql")


class Answer(Base):
    """A fact: what was answered, when the device says so, when it arrived, whether it counts. Never changed."""

    __tablename__ = "answer"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "client_id"),
        sa.Index("ix_answer_item_id_said_at", "item_id", "said_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt_item.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    value: Mapped[Any] = mapped_column(sa.JSON)
    come_back: Mapped[bool] = mapped_column(default=False)  # "Come back to this before handing in."
    client_id: Mapped[str | None] = mapped_column(sa.String(64))
    device_time: Mapped[datetime | None]
    said_at: Mapped[datetime]
    received_at: Mapped[datetime]
    standing: Mapped[str] = mapped_column(sa.String(16), default="counts")


class Release(PublicId, Base):
    """The act that lets a cohort see the grades of a quiz."""

    __tablename__ = "release"
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class Grade(Base):
    """A version of what an answer earned; no points: taken back. By nobody: marked by rule, seen at once."""

    __tablename__ = "grade"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "number"),
        sa.Index("ix_grade_release_id", "release_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt_item.id"))
    number: Mapped[int]
    points: Mapped[float | None]
    comment: Mapped[str] = mapped_column(default="")
    comment_html: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    release_id: Mapped[int | None] = mapped_column(sa.ForeignKey("release.id"))
