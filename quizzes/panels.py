"""What other pages say of quizzes: home, of marks released and of answers that wait for a grade; the page of a cohort,
of answers that nobody can grade."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.i18n import _, ngettext
from app.people.lacks import Lack
from app.people.models import Cohort, Person
from app.people.rules import Role
from modules.desks import ToGrade
from modules.panels import HomeLine
from quizzes.queries.desk import Desk
from quizzes.queries.released import new_marks
from quizzes.queries.totals import totals, waiting_at
from quizzes.queries.ungraded import ungraded


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


def to_grade(session: Session, person: Person, cohort: Cohort, now: datetime) -> ToGrade:
    """For who leads a cohort: its open answers without a grade, and since when the oldest waits."""
    found = totals(session, Desk([cohort.id], person.id), now)
    grades = person.holds(Role.TRAINER, [cohort.id])
    return ToGrade(found.waiting, found.oldest, url_for("grading.queue", cohort=cohort.public_id) if grades else "")


def nobody_grades(session: Session, person: Person, now: datetime) -> list[HomeLine]:
    """For an administrator: answers that wait where nobody can grade them, with the page where a trainer is named."""
    found = ungraded(session) if person.is_admin else []
    if len(found) == 1:
        text = ngettext(
            "Nobody can grade in “%(name)s”, where %(num)d answer waits.",
            "Nobody can grade in “%(name)s”, where %(num)d answers wait.",
            found[0].answers,
            name=found[0].name,
        )
        return [HomeLine(text, url_for("enrolment.people", public_id=found[0].public_id), 1, "waiting")]
    text = ngettext(
        "In %(num)d cohort, answers wait that nobody can grade.",
        "In %(num)d cohorts, answers wait that nobody can grade.",
        len(found),
    )
    return [HomeLine(text, url_for("cohorts.index"), len(found), "waiting")]


def no_trainer(session: Session, cohort: Cohort) -> Lack | None:
    """For who leads a cohort: its answers wait, and nobody may grade them. Nobody grades what is his own."""
    found = ungraded(session, cohort)
    if not found:
        return None
    sentence = ngettext(
        "Nobody can grade here: %(num)d answer waits for a trainer other than who wrote it.",
        "Nobody can grade here: %(num)d answers wait for a trainer other than who wrote them.",
        found[0].answers,
    )
    return Lack(sentence, _("Name a trainer"), url_for("enrolment.people", public_id=cohort.public_id))
