"""What the home page says of objections: those that wait for a trainer, and answers for their learner."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app import notices
from app.i18n import _, lazy, ngettext
from app.people.models import Person
from app.people.rules import Role
from modules.actions.contesting import CONTEST_ANSWERED
from modules.panels import HomeLine
from modules.queries import contests


def register() -> None:
    """An answer is told to its learner."""
    notices.register(
        notices.Kind(
            CONTEST_ANSWERED,
            lazy("Your objection is answered"),
            lazy("Your objection about “%(title)s” is answered."),
        )
    )


def waiting(session: Session, person: Person, now: datetime) -> list[HomeLine]:
    """For who leads a cohort: how many wait."""
    cohorts = person.cohorts_as(Role.TRAINER)
    count = contests.waiting(session, cohorts) if cohorts else 0
    text = ngettext("%(num)d objection waits for an answer.", "%(num)d objections wait for an answer.", count)
    return [HomeLine(text, url_for("cohorts.contests"), count, "waiting")]


def answered(session: Session, person: Person, now: datetime) -> list[HomeLine]:
    """For a learner: a line for each that was answered in the last two weeks."""
    if not person.cohorts_as(Role.LEARNER):
        return []
    return [
        HomeLine(
            _("Your objection about “%(title)s” is answered.", title=each.facts[0]),
            url_for("modules.why", kind=each.kind, about=each.about, _anchor="objections"), 1, "new",
        )
        for each in contests.answered_lately(session, person.id, now)
    ]  # fmt: skip
