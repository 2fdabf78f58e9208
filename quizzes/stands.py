"""How people stand in quizzes, for lists of steps: one statement, however many quizzes, people and attempts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Integer, and_, bindparam, func, select
from sqlalchemy.orm import Session

from app.db import fetch
from app.i18n import _, lazy
from modules.models import Assignment, Step
from modules.queries.statements import COHORT
from modules.stands import Line, Mark, Stand, Stands
from quizzes.models import Attempt, AttemptItem, Grade, Question, Quiz, QuizItem
from quizzes.queries.parts import newest_grade
from quizzes.rules.attempts import attempts_left
from quizzes.rules.results import Marked, Result, Verdict, result
from quizzes.words import score

HANDED_IN = lazy("handed in, being marked")
NOT_PASSED = lazy("not passed")
NO_ATTEMPT = lazy("not passed, no attempt left; your trainer can allow another")
NOT_READY = lazy("not ready yet")


def standing(session: Session, people: Collection[int], step_ids: Sequence[int]) -> Stands:
    """By person id and step id; a step whose quiz asks no question is not ready."""
    not_ready = Stand(NOT_READY, ready=False)
    found = {(person_id, step_id): not_ready for step_id in step_ids for person_id in people}
    rows = fetch(session, _attempts(), {"people": list(people), "steps": list(step_ids)})
    for step_id, of_step in groupby(rows, key=attrgetter("step_id")):
        for person_id, own in groupby(of_step, key=attrgetter("person_id")):
            attempts = list(own)
            if attempts[0].questions:
                found |= {(each, step_id): Stand() for each in people if found[each, step_id] is not_ready}
            if person_id is not None:
                found[person_id, step_id] = _stand(attempts, found[person_id, step_id])
    return found


def last_there(session: Session, cohort_id: int) -> Mapping[int, datetime]:
    """When each person last began or handed in a quiz that the cohort has. One statement."""
    return dict(map(tuple, fetch(session, _last(), {"cohort": cohort_id})))


def _stand(rows: Sequence[Any], without: Stand) -> Stand:
    made = [list(items) for _attempt, items in groupby(rows, key=attrgetter("attempt"))]
    handed_in = [items for items in made if items[0].submitted_at]
    if not handed_in:
        return without
    given = [_result(items) for items in handed_in]
    shown = [_result(items, only_shown=True) for items in handed_in]
    facts: dict[str, Any] = {
        "lines": tuple(_line(*each) for each in zip(handed_in, given, shown, strict=True)),
        "mark": _best(given), "shown": _best(shown),
    }  # fmt: skip
    if any(each.verdict is Verdict.WAITING for each in shown):
        return Stand(HANDED_IN, handed_in=True, **facts)
    if shown[-1].verdict is not Verdict.FAILED:
        return Stand(**facts)
    if len(made) == len(handed_in) and attempts_left(rows[0].max_attempts, len(made)) == 0:
        return Stand(NO_ATTEMPT, ready=False, **facts)
    return Stand(NOT_PASSED, **facts)


def _result(items: Sequence[Any], *, only_shown: bool = False) -> Result:
    marked = (
        Marked(row.worth, None if only_shown and row.by_id and row.release_id is None else row.points) for row in items
    )
    return result(marked, items[0].pass_mark)


def _best(results: Sequence[Result]) -> Mark:
    best = max(results, key=lambda each: each.earned / each.total if each.total else 0.0)
    return Mark(best.earned, best.total, best.waiting)


def _line(items: Sequence[Any], given: Result, shown: Result) -> Line:
    released = "" if given == shown else _("Its learner does not see all of this yet.")
    said = f"{score(given)} {released}".strip()
    return Line(_("Attempt %(n)s", n=items[0].number), items[0].submitted_at, said, score(shown))


@cache
def _attempts() -> Any:
    asked = (QuizItem.quiz_id == Quiz.id, Question.id == QuizItem.question_id, Question.archived_at.is_(None))
    questions = select(func.count(QuizItem.id)).where(*asked).correlate(Quiz).scalar_subquery()
    people = bindparam("people", expanding=True, type_=Integer())
    return (
        select(
            Quiz.step_id, Quiz.max_attempts, questions.label("questions"), Attempt.person_id,
            Attempt.id.label("attempt"), Attempt.number, Attempt.pass_mark, Attempt.submitted_at,
            AttemptItem.points.label("worth"), Grade.points, Grade.by_id, Grade.release_id,
        )
        .select_from(Quiz)
        .outerjoin(Attempt, and_(Attempt.quiz_id == Quiz.id, Attempt.person_id.in_(people)))
        .outerjoin(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .outerjoin(Grade, newest_grade())
        .where(Quiz.step_id.in_(bindparam("steps", expanding=True, type_=Integer())))
        .order_by(Quiz.step_id, Attempt.person_id, Attempt.number, AttemptItem.position)
    )  # fmt: skip


@cache
def _last() -> Any:
    at = func.max(func.coalesce(Attempt.submitted_at, Attempt.started_at))
    return (
        select(Attempt.person_id, at)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Step, Step.id == Quiz.step_id)
        .join(Assignment, Assignment.module_id == Step.module_id)
        .where(Assignment.cohort_id == COHORT)
        .group_by(Attempt.person_id)
    )
