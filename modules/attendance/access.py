"""Whose viewings may be opened."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.people.models import Cohort
from modules import access
from modules.attendance.models import RoomViewing
from modules.models import Step


def viewing_led(session: Session, person: Any, public_id: str) -> tuple[RoomViewing, Cohort, Step]:
    """A viewing with its cohort and step, for who leads the cohort."""
    asked = sa.select(RoomViewing, Cohort, Step).where(RoomViewing.public_id == public_id)
    asked = asked.join(Cohort, Cohort.id == RoomViewing.cohort_id).join(Step, Step.id == RoomViewing.step_id)
    found = session.execute(asked).one_or_none()
    if found is None:
        raise NotFound
    access.cohort_led(session, person, found[1].public_id)
    return found[0], found[1], found[2]
