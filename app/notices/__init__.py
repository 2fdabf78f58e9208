"""What people must be told: one row for each notice, that rooms write; shown on a page, and sent by mail as one digest
instead of many, outside of everybody's quiet hours.

notices.register(Kind("graded", lazy("A mark for you"), lazy("“%(title)s” is marked."), urgent=True))   # in doors.py
notices.tell(session, person_id, "graded", attempt.public_id, now=now, path="/attempts/…",
             words={"title": notices.titles({"fr": "Module 1"}), "when": notices.moment(at, "Africa/Bamako")})
"""

from app.notices.actions import cancel, cancel_rows, silence, silenced, tell, tell_all, write
from app.notices.kinds import Kind, labelled, register
from app.notices.values import day, moment, titles

__all__ = [
    "Kind",
    "cancel",
    "cancel_rows",
    "day",
    "labelled",
    "moment",
    "register",
    "silence",
    "silenced",
    "tell",
    "tell_all",
    "titles",
    "write",
]
