"""Start an attempt, hand it in, and mark what needs no trainer."""

from datetime import datetime

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from app.db import once
from app.errors import Conflict
from app.i18n import lazy
from app.people.models import Person
from modules.actions import complete_each
from modules.models import Step
from quizzes.models import Answer, Attempt, AttemptItem, Grade, QuestionVersion, Quiz
from quizzes.queries.parts import counting_answers
from quizzes.queries.questions import asked
from quizzes.queries.results import results
from quizzes.queries.taking import attempts_of
from quizzes.rules import attempts as rules
from quizzes.rules.kinds import Kind
from quizzes.rules.marking import mark

NONE_LEFT = lazy("You have used all your attempts at this quiz.")
NO_QUESTION = lazy("This quiz has no question yet. Your trainers have to write one first.")


def start(session: Session, quiz: Quiz, person: Person, *, now: datetime) -> Attempt:
    """The attempt under way, or a new one with the terms of today; a second click finds the first one's."""
    made = attempts_of(session, quiz, person.id)
    running = next((attempt for attempt in made if attempt.submitted_at is None), None)
    if running is not None and not rules.over(running.due_at, now):
        return running
    if running is not None:
        submit(session, running, now=now)
    questions = asked(session, quiz)
    if not questions:
        raise Conflict(NO_QUESTION)
    if rules.attempts_left(quiz.max_attempts, len(made)) == 0:
        raise Conflict(NONE_LEFT)
    attempt = Attempt(
        quiz_id=quiz.id, person_id=person.id, number=len(made) + 1, max_attempts=quiz.max_attempts,
        pass_mark=quiz.pass_mark, started_at=now, due_at=rules.due(now, quiz.time_limit_s),
    )  # fmt: skip
    if not once(session, attempt):
        return _the_one_that_was_faster(session, attempt)
    session.add_all(
        AttemptItem(
            attempt_id=attempt.id, position=position, question_version_id=one.version.id, points=one.points
        )
        for position, one in enumerate(questions, start=1)
    )  # fmt: skip
    session.flush()
    return attempt


def submit(session: Session, attempt: Attempt, *, now: datetime) -> bool:
    """Hand in once, however often it is pressed: True for the press that did it. Marks what rules can mark."""
    first = update(Attempt).where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
    done = session.execute(first.values(submitted_at=now), execution_options={"synchronize_session": False})
    session.refresh(attempt)
    if not (isinstance(done, CursorResult) and done.rowcount == 1):
        return False
    items = select(AttemptItem.id).where(AttemptItem.attempt_id == attempt.id)
    newest = counting_answers(items)
    rows = session.execute(
        select(AttemptItem.id, AttemptItem.points, QuestionVersion.kind, QuestionVersion.spec, Answer.value)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .outerjoin(newest, newest.c.item_id == AttemptItem.id)
        .outerjoin(Answer, Answer.id == newest.c.id)
        .where(AttemptItem.attempt_id == attempt.id)
    )
    for item_id, points, kind, spec, value in rows.all():
        fraction = mark(Kind(kind), spec, value)
        if fraction is not None:
            session.add(Grade(item_id=item_id, number=1, points=fraction * points, at=now))
    session.flush()
    settle(session, [attempt], now=now)
    return True


def settle(session: Session, attempts: list[Attempt], *, now: datetime) -> None:
    """Report the passed ones of these attempts of one quiz down to the modules; saying it again changes nothing."""
    summed = results(session, attempts)
    passed = [attempt for attempt in attempts if summed[attempt.id].passed]
    if not passed:
        return
    step = session.scalars(select(Step).join(Quiz, Quiz.step_id == Step.id).where(Quiz.id == passed[0].quiz_id)).one()
    complete_each(session, step, {attempt.person_id for attempt in passed}, now=now, source="quiz")


def close_overdue(session: Session, now: datetime) -> int:
    """Hand in what ran out of time while nobody looked; how many."""
    late = select(Attempt).where(Attempt.submitted_at.is_(None), Attempt.due_at < now - rules.GRACE)
    return sum(submit(session, attempt, now=now) for attempt in session.scalars(late.limit(200)).all())


def _the_one_that_was_faster(session: Session, lost: Attempt) -> Attempt:
    same = (Attempt.quiz_id == lost.quiz_id, Attempt.person_id == lost.person_id, Attempt.number == lost.number)
    faster = session.scalar(select(Attempt).where(*same))
    if faster is None:
        raise Conflict(NONE_LEFT)
    return faster


def looked(session: Session, attempt_id: int, *, now: datetime) -> None:
    """Note that the learner has seen the result as it stands."""
    session.execute(update(Attempt).where(Attempt.id == attempt_id).values(looked_at=now))
