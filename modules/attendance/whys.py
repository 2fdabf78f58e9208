"""What was noted about a presence, and by whom, where somebody asks why (modules.whys)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import _, moment, span
from app.people.models import Person
from modules.attendance.models import AttendanceNote
from modules.attendance.queries.rooms import credited
from modules.rules import covered as length
from modules.whys import Asked


def presence(session: Session, asked: Asked, step: Any) -> list[str]:
    """The notes about somebody's presence, the newest first."""
    notes = session.execute(
        sa.select(AttendanceNote.present, AttendanceNote.at, Person.name)
        .join(Person, Person.id == AttendanceNote.by_id)
        .where(
            AttendanceNote.person_id == asked.person_id, AttendanceNote.step_id == step.id,
            AttendanceNote.late.is_(False),
        )
        .order_by(AttendanceNote.id.desc())
        .limit(20)
    ).all()  # fmt: skip
    if not notes:
        return [_("Nobody has noted anything about this presence yet.")]
    return [_said(present, moment(at, asked.zone), name) for present, at, name in notes]


def _said(present: bool | None, when: str, name: str) -> str:
    if present is None:
        return _("The note was taken back on %(when)s by %(name)s.", when=when, name=name)
    if present:
        return _("Noted as present on %(when)s by %(name)s.", when=when, name=name)
    return _("Noted as absent on %(when)s by %(name)s.", when=when, name=name)


def in_room(session: Session, asked: Asked, step: Any) -> list[str]:
    """The viewings in a room that were credited to somebody, or taken back again."""
    found = []
    for viewing, by, ended_at, why in credited(session, asked.person_id, step.id):
        about = {"when": moment(viewing.started_at, asked.zone), "name": by, "time": span(length(viewing.ranges))}
        found.append(_("In room: %(time)s played on %(when)s by %(name)s.", **about))
        if ended_at is not None:
            on = moment(ended_at, asked.zone)
            found.append(_("That viewing no longer counts since %(when)s: %(why)s", when=on, why=why))
    return found
