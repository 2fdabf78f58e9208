"""What the home page says of this room: steps that were taken back or given again."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app import i18n
from app.people.models import Person
from app.people.rules import Role
from modules.panels import HomeLine
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
