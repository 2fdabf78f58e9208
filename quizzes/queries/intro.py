"""What a quiz says of itself before an attempt begins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.people.models import Person
from modules.models import Step
from quizzes.models import Attempt, Quiz
from quizzes.queries.questions import asked, quiz_of
from quizzes.queries.results import results
from quizzes.queries.taking import attempts_of
from quizzes.rules import attempts as rules
from quizzes.rules.results import Result


@dataclass(frozen=True, slots=True)
class Past:
    """An attempt and what it is worth so far; without a result it is still under way."""

    attempt: Attempt
    result: Result | None


@dataclass(frozen=True, slots=True)
class Intro:
    """The terms as they stand today, and the person's attempts."""

    quiz: Quiz | None
    questions: int
    points: float
    needed: float
    left: int | None
    running: Attempt | None
    over: bool
    past: tuple[Past, ...]
    takes_part: bool

    @property
    def passed(self) -> bool:
        """Whether one attempt is passed for sure."""
        return any(one.result.passed for one in self.past if one.result)

    @property
    def may_start(self) -> bool:
        """Whether a new attempt can begin."""
        return self.takes_part and self.questions > 0 and self.left != 0 and (self.running is None or self.over)


def intro(session: Session, step: Step, person: Person, *, takes_part: bool, now: datetime) -> Intro:
    """Four statements at most, however many questions and attempts."""
    quiz = quiz_of(session, step)
    questions = asked(session, quiz)
    made = attempts_of(session, quiz, person.id)
    running = next((attempt for attempt in made if attempt.submitted_at is None), None)
    done = [attempt for attempt in made if attempt.submitted_at is not None]
    summed = results(session, done) if done else {}
    points = sum(one.points for one in questions)
    return Intro(
        quiz=quiz, questions=len(questions), points=points, needed=points * (quiz.pass_mark if quiz else 0),
        left=rules.attempts_left(quiz.max_attempts, len(made)) if quiz else None,
        running=running, over=running is not None and rules.over(running.due_at, now),
        past=tuple(Past(attempt, summed[attempt.id]) for attempt in done), takes_part=takes_part,
    )  # fmt: skip
