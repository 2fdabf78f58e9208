"""What some learners of each demonstration cohort have already done, so that every page has something to show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.course import Taught
from app.demo.persons import Group
from app.demo.slides import scenes
from app.people.models import Person
from modules import rules
from modules.actions import complete
from modules.models import Coverage, Watching
from quizzes.actions import answering, grading, taking
from quizzes.models import Attempt, AttemptItem, QuestionVersion, Quiz
from quizzes.rules.kinds import Kind

SAMPLE_ANSWER = "Texte d’exemple. La réponse rédigée se lit ici, en deux ou trois phrases."
SAMPLE_COMMENT = "Texte d’exemple. Le commentaire de la correction se lit ici."


@dataclass(frozen=True)
class Done:
    """What a learner at these places has done of one module: passages in seconds, page read, quiz and its grade."""

    places: range
    module: str
    seen: tuple[tuple[float, float], ...] = ()
    read: bool = False
    came: bool = False  # To the sitting.
    wrong: int | None = None  # Answers that are wrong in the attempt handed in; none: no attempt.
    graded: float | None = None  # Points for the open answer; none: it waits for a trainer.


STORY = (
    Done(range(1, 7), "introduction", ((0, 70),), read=True, wrong=0, graded=2.5),
    Done(range(7, 11), "introduction", ((0, 38), (45, 70)), read=True, wrong=1),
    Done(range(11, 14), "introduction", ((0, 30),)),
    Done(range(3, 6), "partners", ((0, 66),), read=True, wrong=1),
    Done(range(1, 5), "peers", ((0, 24),), came=True),
    Done(range(1, 3), "partners", ((0, 23), (31, 52)), read=True),
)


def load(session: Session, now: datetime, groups: list[Group], course: list[Taught], quizzes: dict[str, Quiz]) -> None:
    """Write the story for each cohort, over the past two weeks."""
    modules = {taught.text.key: taught for taught in course}
    for group in groups:
        for number, done in enumerate(STORY):
            taught = modules[done.module]
            for place in done.places:
                at = now - timedelta(days=14 - 2 * number, hours=place)
                _one(session, at, group, group.at(place), taught, quizzes[done.module], done)
        for key in sorted({done.module for done in STORY if done.graded is not None}):
            grading.release(session, quizzes[key], group.cohort, group.trainer, now=now - timedelta(days=1))


def _one(session: Session, at: datetime, group: Group, learner: Person, taught: Taught, quiz: Quiz, done: Done) -> None:
    if done.seen:
        _watch(session, at, learner, taught, done)
    if done.read:
        complete(session, taught.steps["page"], learner, now=at + timedelta(minutes=10), source="page")
    if done.came:
        complete(session, taught.steps["in_person"], learner, now=at, source="trainer", by=group.trainer)
    if done.wrong is not None:
        attempt = _attempt(session, at + timedelta(minutes=20), learner, quiz, done.wrong)
        if done.graded is not None:
            _grade(session, at + timedelta(days=1), group.trainer, attempt, done.graded)


def _watch(session: Session, at: datetime, learner: Person, taught: Taught, done: Done) -> None:
    """As the watching action would store it; that one waits for a recording that is ready, and these are not yet."""
    step, ranges, position = taught.steps["recording"], [list(span) for span in done.seen], done.seen[-1][1]
    common: dict[str, Any] = {"person_id": learner.id, "step_id": step.id, "version_id": taught.version.id}
    session.add(Watching(**common, segments=ranges, position=position, received_at=at))
    session.add(Coverage(**common, ranges=ranges, seconds=rules.covered(done.seen), position=position, position_at=at))
    if rules.seen_enough(done.seen, scenes(taught.text)[-1].end, rules.DEFAULT_THRESHOLD):
        complete(session, step, learner, now=at, source="watching")


def _attempt(session: Session, at: datetime, learner: Person, quiz: Quiz, wrong: int) -> Attempt:
    attempt = taking.start(session, quiz, learner, now=at)
    rows = session.execute(
        select(AttemptItem.position, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(AttemptItem.attempt_id == attempt.id)
        .order_by(AttemptItem.position)
    )
    sent = [answering.Sent(position, _answer(version, position > wrong)) for position, version in rows]
    answering.save(session, attempt, sent, now=at + timedelta(minutes=4))
    taking.submit(session, attempt, now=at + timedelta(minutes=5))
    return attempt


def _answer(version: QuestionVersion, right: bool) -> Any:
    spec = version.spec
    match Kind(version.kind):
        case Kind.SINGLE:
            return next(option["key"] for option in spec["options"] if option["right"] is right)
        case Kind.MULTIPLE:
            return [option["key"] for option in spec["options"] if option["right"]][: None if right else 1]
        case Kind.TRUEFALSE:
            return spec["right"] is right
        case Kind.SHORT:
            return spec["accepted"][0]["text"] if right else "Texte d’exemple"
        case Kind.NUMBER:
            return spec["accepted"][0]["value"] if right else "0"
        case _:
            return SAMPLE_ANSWER


def _grade(session: Session, at: datetime, trainer: Person, attempt: Attempt, points: float) -> None:
    items = session.scalars(
        select(AttemptItem)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(AttemptItem.attempt_id == attempt.id, QuestionVersion.kind == Kind.OPEN)
    )
    for item in items:
        grading.grade(session, item, trainer, points=points, comment=SAMPLE_COMMENT, after=0, now=at)
