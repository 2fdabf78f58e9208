"""What was noted about a presence, and by whom, where somebody asks why (modules.whys)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import _, moment
from app.people.models import Person
from modules.attendance.models import AttendanceNote
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
