"""Fill an empty database with the demonstration. Its recordings are made afterwards, by the worker."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import Config
from app.demo import activity, course, discussions, persons, quiz
from app.demo.questions import QUESTIONS
from app.errors import Conflict
from app.i18n import lazy
from app.people.models import Person
from media.models import Recording
from modules.models import Cycle

MUST_BE_EMPTY = (Person, Cycle, Recording)


def load(session: Session, config: Config, now: datetime) -> None:
    """Write the demonstration; refused with a sentence when anything is there already."""
    refuse_unless_empty(session)
    admin, groups = persons.load(session, now)
    cycle, modules = course.load(session, config, now, admin, groups)
    quizzes = {}
    for taught in modules:
        key = taught.text.key
        quizzes[key] = quiz.write(session, now, admin, taught.steps["quiz"], QUESTIONS[key])
    discussions.load(session, now, admin, cycle, groups)
    activity.load(session, now, groups, modules, quizzes)


def empty(session: Session) -> bool:
    """Whether nobody and nothing is there yet."""
    return not any(session.scalar(select(func.count()).select_from(model)) for model in MUST_BE_EMPTY)


def refuse_unless_empty(session: Session) -> None:
    """The demonstration never mixes with people's own work."""
    if not empty(session):
        raise Conflict(lazy("The database is not empty: the demonstration is only loaded into an empty one."))
