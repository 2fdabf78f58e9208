"""What pages of other rooms say of this one: the home page, of steps that were taken back or given again and of what
waits for administrators; the page of a recording, of the steps that show it; the end of an enrolment, of a cohort
without modules."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app import i18n
from app.i18n import _
from app.people.lacks import Lack
from app.people.models import Cohort, Person
from app.people.rules import Role
from media.uses import Change, Effect, Use
from modules.actions import finish_of
from modules.panels import HomeLine
from modules.queries import uses
from modules.queries.building import has_modules
from modules.queries.notices import new_notices
from modules.queries.replacing import effects
from modules.queries.waiting import waiting
from modules.words.notices import notice_line
from modules.words.steps import numbered
from modules.words.waiting import admin_lines


def waits(session: Session, person: Person, now: datetime) -> list[HomeLine]:
    """For an administrator: recordings that failed or are not whole, cohorts without people or modules."""
    return admin_lines(waiting(session)) if person.is_admin else []


def taken_back(session: Session, person: Person, now: datetime) -> list[HomeLine]:
    """For a learner: a line for each, with date and reason, in the last two weeks."""
    if not person.cohorts_as(Role.LEARNER):
        return []
    return [
        HomeLine(notice_line(notice), url_for("modules.step", public_id=notice.step_id), 1, "new")
        for notice in new_notices(session, person.id, i18n.current(), now)
    ]


def shown_in(session: Session, recording_id: int) -> list[Use]:
    """For an administrator: each step, with the page where its recording is chosen."""
    return [
        Use(
            module=numbered(row.number, row.module),
            step=row.step,
            url=url_for("building.step", public_id=row.public_id),
        )
        for row in uses.steps(session, recording_id, i18n.current())
    ]


def effect_of(session: Session, change: Change) -> list[Effect]:
    """For an administrator who thinks of using another file."""
    return effects(session, change, i18n.current())


def shown_anew(session: Session, recording_id: int, now: datetime) -> None:
    """Another file has come into use: who has seen enough of it by its map has done the step."""
    finish_of(session, recording_id, now=now)


def steps_page() -> str:
    """Where a recording is hung on a step."""
    return url_for("building.index")


def no_module(session: Session, cohort: Cohort) -> Lack | None:
    """For who has just enrolled people: they would find nothing to follow."""
    if has_modules(session, cohort):
        return None
    url = url_for("assigning.show", public_id=cohort.public_id)
    return Lack(_("This cohort has no module yet: its people would find nothing to follow."), _("Give it modules"), url)
