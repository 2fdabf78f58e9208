"""One open answer as the trainer who grades it sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person
from quizzes.models import Answer, Attempt, AttemptItem, Grade, Question, QuestionVersion
from quizzes.queries.desk import State
from quizzes.queries.parts import counting_answers
from quizzes.rules.kinds import Value, blank


@dataclass(frozen=True, slots=True)
class Versioned:
    """A version of the grade; points None: taken back."""

    number: int
    points: float | None
    comment: str
    at: datetime
    by: str
    released: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """The answer that counted, what arrived too late, and every version of its grade, the newest first."""

    text: str
    late: tuple[str, ...]
    grades: tuple[Versioned, ...]

    @property
    def words(self) -> int:
        """How many words the answer has."""
        return len(self.text.split())

    @property
    def newest(self) -> Versioned | None:
        """The grade as it stands."""
        return self.grades[0] if self.grades else None

    @property
    def state(self) -> State:
        """In which list of the desk it is."""
        if self.newest is None or self.newest.points is None:
            return State.WAITING
        return State.RELEASED if self.newest.released else State.READY

    @property
    def released(self) -> bool:
        """Whether its learner sees a grade, so that hiding the name protects nobody any more."""
        return any(grade.released for grade in self.grades)


def paper(session: Session, item: AttemptItem) -> Paper:
    """Three statements."""
    newest = counting_answers(select(AttemptItem.id).where(AttemptItem.id == item.id))
    value: Value = session.scalar(select(Answer.value).join(newest, newest.c.id == Answer.id))
    late = session.scalars(
        select(Answer.value)
        .where(Answer.item_id == item.id, Answer.standing == "late")
        .order_by(Answer.said_at, Answer.id)
    ).all()
    rows = session.execute(
        select(Grade, Person.name)
        .join(Person, Person.id == Grade.by_id)
        .where(Grade.item_id == item.id)
        .order_by(Grade.number.desc())
    )
    grades = tuple(
        Versioned(grade.number, grade.points, grade.comment, grade.at, name, grade.release_id is not None)
        for grade, name in rows
    )
    return Paper("" if blank(value) else str(value), tuple(str(each) for each in late[-1:] if each), grades)


def newest_text(session: Session, question: Question) -> QuestionVersion:
    """What a question says today."""
    versions = select(QuestionVersion).where(QuestionVersion.question_id == question.id)
    return session.scalars(versions.order_by(QuestionVersion.number.desc()).limit(1)).one()


def author(session: Session, attempt: Attempt) -> str | None:
    """The name behind a code, once the grade is released."""
    return session.scalar(select(Person.name).where(Person.id == attempt.person_id))
