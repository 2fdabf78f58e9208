"""The timeline by machine."""

from datetime import datetime
from typing import Any, Literal

from flask import Blueprint
from pydantic import BaseModel

from app import i18n
from app.people.access import cohort_for
from app.web.access import api_signed_in, viewer
from app.web.api import validate
from app.web.session import session
from modules import moments
from modules.agenda import words

bp = Blueprint("agenda_api", __name__, url_prefix="/api/v1")
bp.before_request(api_signed_in)


class MomentOut(BaseModel):
    """Something with a date; `day_only`: a whole day in `zone`, of which `at` is the first or the last second."""

    id: str
    what: Literal["opens", "due", "day", "talk", "talk_closed"]
    title: str
    at: datetime
    until: datetime | None
    zone: str
    day_only: bool
    place: str
    cancelled: bool
    path: str
    changed_at: datetime


class TimelineOut(BaseModel):
    """All that has a date in a cohort, in its order."""

    zone: str
    moments: list[MomentOut]


@bp.get("/cohorts/<public_id>/timeline")
@validate({200: TimelineOut}, tags=("timeline",))
def read(public_id: str) -> Any:
    """The timeline of a cohort in which the asking person takes part."""
    cohort = cohort_for(session(), viewer(), public_id, role=None)
    found = moments.of_cohorts(session(), [cohort.id], i18n.current())
    return TimelineOut(zone=cohort.zone, moments=[_out(one) for one in found])


def _out(one: moments.Moment) -> MomentOut:
    return MomentOut(
        id=one.key, what=one.what.value, title=words.title(one), at=one.at, until=one.until, zone=one.zone,
        day_only=one.day_only, place=one.place, cancelled=one.cancelled, path=one.path, changed_at=one.changed_at,
    )  # fmt: skip
