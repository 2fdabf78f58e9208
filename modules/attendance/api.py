"""Attendance by machine: what the pages' forms do."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request

from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.web.access import api_signed_in, viewer
from app.web.api import Problem, validate
from app.web.session import session
from modules import access, rules
from modules import actions as spine
from modules.api import reporting
from modules.attendance import actions
from modules.attendance.access import viewing_led
from modules.attendance.queries.halves import halves
from modules.attendance.queries.rooms import version_of_viewing
from modules.attendance.schemas import AttendanceIn, AttendanceOut, HereIn, HereOut
from modules.attendance.views.here import by_network, by_person, said
from modules.attendance.views.sender import about
from modules.attendance.views.wall import key
from modules.schemas import WatchingIn, WatchingOut

bp = Blueprint("attendance_api", __name__, url_prefix="/api/v1")
bp.before_request(api_signed_in)


@bp.post("/cohorts/<public_id>/learners/<person_id>/steps/<step_id>/attendance")
@validate({200: AttendanceOut, 409: Problem}, json=AttendanceIn, tags=("attendance",))
def write_attendance(public_id: str, person_id: str, step_id: str) -> Any:
    """Note who was there on a day in person or in one half of it, or take it back: what the page's form does. The same
    `client_id` again changes nothing and answers what is noted now."""
    sent: AttendanceIn = request.context.json  # type: ignore[attr-defined]
    cohort = access.cohort_led(session(), viewer(), public_id)
    person = access.learner_to_note(session(), cohort, person_id, viewer())
    step = access.step_in(session(), cohort, step_id, "in_person")
    half = next((row for row in halves(session(), cohort.id, step.id) if row.public_id == sent.half), None)
    if sent.half and half is None:
        raise Invalid(fields={"half": lazy("This day has no such half.")})
    there = actions.attend(
        session(), cohort, step, person, present=sent.present, why=sent.why, client_id=sent.client_id, sure=sent.sure,
        by=viewer(), now=datetime.now(UTC), half=half, about=about("list", sent.device, sent.device_time),
        was=sent.was, knew="was" in sent.model_fields_set, sequence=sent.sequence,
    )  # fmt: skip
    return AttendanceOut(present=there)


@bp.post("/here")
@by_network
@by_person
@validate({200: HereOut, 422: Problem}, json=HereIn, tags=("attendance",))
def check_in() -> Any:
    """Note the own presence by the code on the wall. Twice is once."""
    sent: HereIn = request.context.json  # type: ignore[attr-defined]
    here = actions.check_in(
        session(), viewer(), sent.code, key(), now=datetime.now(UTC), later=sent.later, client_id=sent.client_id,
        about=about("later" if sent.later else "code", sent.device, sent.device_time),
    )  # fmt: skip
    return HereOut(detail=said(here), already=here.already)


@bp.post("/viewings/<public_id>/watching")
@reporting
@validate({200: WatchingOut, 409: Problem}, json=WatchingIn, tags=("attendance",))
def report(public_id: str) -> Any:
    """Add what was played for a room: it counts for who sits there, and not for who plays it. Twice is once."""
    sent: WatchingIn = request.context.json  # type: ignore[attr-defined]
    viewing, _cohort, step = viewing_led(session(), viewer(), public_id)
    version, duration = version_of_viewing(session(), viewing)
    if sent.version not in (None, version):
        raise Conflict(lazy("Another file of the recording is in use now: begin another viewing to go on."))
    heard = spine.played(sent.segments, sent.position).union
    ranges = actions.played(session(), viewing, step, heard, duration, by=viewer(), now=datetime.now(UTC))
    covered = rules.covered(ranges)
    return WatchingOut(
        duration=duration, covered=covered, missing=[list(each) for each in rules.missing(ranges, duration)],
        done=False, fraction=round(covered / duration, 4), position=None, segments=[list(each) for each in ranges],
    )  # fmt: skip
