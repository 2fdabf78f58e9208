"""What pages of other rooms say of this one: the home page, of steps that were taken back or given again; the page of a
recording, of the steps that show it."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app import i18n
from app.i18n import _
from app.people.models import Person
from app.people.rules import Role
from media.uses import Use
from modules.panels import HomeLine
from modules.queries import uses
from modules.queries.notices import new_notices
from modules.words.notices import notice_line


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
            module=_("Module %(number)s", number=row.number) if row.number else row.module,
            step=row.step,
            url=url_for("building.step", public_id=row.public_id),
        )
        for row in uses.steps(session, recording_id, i18n.current())
    ]
