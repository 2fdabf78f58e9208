"""What the home page says of quizzes: marks released, answers that wait for a grade."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.i18n import ngettext
from app.people.models import Person
from app.people.rules import Role
from modules.panels import HomeLine
from quizzes.queries.desk import Desk
from quizzes.queries.released import new_marks
from quizzes.queries.totals import waiting_at


def marks_released(session: Session, person: Person, now: datetime) -> list[HomeLine]:
    """For a learner: grades released that were not looked at yet."""
    if not person.cohorts_as(Role.LEARNER):
        return []
    count, attempt = new_marks(session, person.id)
    text = ngettext("%(num)d mark was released.", "%(num)d marks were released.", count)
    url = url_for("quizzes.attempt", public_id=attempt) if attempt else url_for("grades.index")
    return [HomeLine(text, url, count, "new")]


def waiting_for_a_grade(session: Session, person: Person, now: datetime) -> list[HomeLine]:
    """For a trainer: open answers without a grade."""
    cohorts = person.cohorts_as(Role.TRAINER)
    if not cohorts:
        return []
    count = waiting_at(session, Desk(cohorts, person.id))
    text = ngettext("%(num)d answer waits for a grade.", "%(num)d answers wait for a grade.", count)
    return [HomeLine(text, url_for("grading.queue"), count, "grading")]
