"""Where a recording tells what a question asks: the second that a question names, in the file that is shown now."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from media.models import TimeMap
from modules.models import Step
from modules.queries.statements import LANG, newest_version
from modules.queries.titles import Titled
from modules.rules import moved
from quizzes.models import AttemptItem, QuestionVersion


@dataclass(frozen=True, slots=True)
class See:
    """A recording and a second of the file in use; None where its passage is not in it any more."""

    step: str
    title: str
    second: float | None


def of_attempt(session: Session, attempt_id: int, lang: str) -> dict[int, See]:
    """By the position of the questions."""
    rows = session.execute(_of_attempt(), {"attempt": attempt_id, "lang": lang})
    return {row.position: see_of(row) for row in rows}


def of_version(session: Session, version: QuestionVersion, lang: str) -> See | None:
    """What one version of a question names."""
    if version.see_step_id is None:
        return None
    row = session.execute(_of_version(), {"version": version.id, "lang": lang}).one_or_none()
    return see_of(row) if row else None


def see_of(row: Any) -> See:
    """A row of columns that `seen` names."""
    own = row.see_version_id == row.shown
    return See(row.see, row.said, row.see_second if own else moved(row.see_second, row.pieces))


def seen(titled: Any) -> tuple[Any, ...]:
    """What a statement of QuestionVersion and Step asks for."""
    own = QuestionVersion.see_version_id, QuestionVersion.see_second
    return (
        *own,
        TimeMap.pieces,
        newest_version().label("shown"),
        Step.public_id.label("see"),
        titled.text().label("said"),
    )


def carried(statement: Any) -> Any:
    """Joined to the step that its question names, and to the map from that file to the one in use."""
    to = sa.and_(TimeMap.from_version_id == QuestionVersion.see_version_id, TimeMap.to_version_id == newest_version())
    return statement.join(Step, Step.id == QuestionVersion.see_step_id).outerjoin(TimeMap, to)


@cache
def _of_attempt() -> Any:
    titled = Titled(Step, LANG)
    asked = sa.select(AttemptItem.position, *seen(titled)).select_from(AttemptItem)
    asked = asked.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    own = AttemptItem.attempt_id == sa.bindparam("attempt")
    return titled.join(carried(asked).where(own, Step.archived_at.is_(None)))


@cache
def _of_version() -> Any:
    titled = Titled(Step, LANG)
    asked = carried(sa.select(*seen(titled)).select_from(QuestionVersion))
    return titled.join(asked.where(QuestionVersion.id == sa.bindparam("version"), Step.archived_at.is_(None)))
