"""What can be done with attendance. Actions flush, doors commit."""

from modules.attendance.actions.noting import Note, attend, attend_each
from modules.attendance.actions.parting import Session, part_sitting
from modules.attendance.actions.writing import About

__all__ = ["About", "Note", "Session", "attend", "attend_each", "part_sitting"]
