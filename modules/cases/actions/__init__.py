"""What people do with cases, threads and posts."""

from modules.cases.actions.completion import report_contributions
from modules.cases.actions.posts import CLOSED, HIDDEN, Change, Draft, Newer, check, edit, show, write
from modules.cases.actions.sheet import create_case, tell_facts, tell_stage
from modules.cases.actions.sight import hide, undo_hiding, withdraw
from modules.cases.actions.threads import close, mark_all_read, mark_read, move, open_thread, pin, put_away

__all__ = [
    "CLOSED",
    "HIDDEN",
    "Change",
    "Draft",
    "Newer",
    "check",
    "close",
    "create_case",
    "edit",
    "hide",
    "mark_all_read",
    "mark_read",
    "move",
    "open_thread",
    "pin",
    "put_away",
    "report_contributions",
    "show",
    "tell_facts",
    "tell_stage",
    "undo_hiding",
    "withdraw",
    "write",
]
