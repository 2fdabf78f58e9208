"""What can be done with attendance. Actions flush, doors commit."""

from modules.attendance.actions.here import Here, check_in, show_card
from modules.attendance.actions.noting import Note, attend, attend_each
from modules.attendance.actions.parting import Session, part_sitting
from modules.attendance.actions.rooms import begin, finish, played, seat, take_back, unseat
from modules.attendance.actions.undoing import undo
from modules.attendance.actions.writing import About

__all__ = [
    "About",
    "Here",
    "Note",
    "Session",
    "attend",
    "attend_each",
    "begin",
    "check_in",
    "finish",
    "part_sitting",
    "played",
    "seat",
    "show_card",
    "take_back",
    "undo",
    "unseat",
]
