"""What can be done in the spine. Actions flush, doors commit."""

from modules.actions.arranging import archive, bring_back, move
from modules.actions.assigning import Days, assign, days_of, give_back, set_days, withdraw
from modules.actions.building import add_cycle, add_module, add_step, describe, fill, name
from modules.actions.completing import complete, complete_all_seen, complete_each, revoke, take_back, take_back_each
from modules.actions.contesting import answer as answer_contest
from modules.actions.contesting import contest
from modules.actions.crediting import credit
from modules.actions.disputing import facts_of, reason, revoke_facts, undo_revocations
from modules.actions.finishing import settle, settle_cycle
from modules.actions.importing import Imported, Mapped, read_all, take_in, tried
from modules.actions.meeting import When, add_sitting, drop_sitting, move_sitting, restore_sitting
from modules.actions.noting import change_note, remove_note, restore_note, write_note
from modules.actions.rebuilding import finish, finish_of, people_with_facts, rebuild, settle_all
from modules.actions.relocating import relocate
from modules.actions.ruling import adopt_rules, rule, set_threshold
from modules.actions.tallying import tally, tally_all, tally_stale
from modules.actions.together import unchanged
from modules.actions.unmet import take_back_unmet
from modules.actions.watching import Report, Seen, played, seen, watch
from modules.actions.writing import write_to

__all__ = [
    "reason",
    "take_back_each",
    "Imported",
    "Mapped",
    "read_all",
    "take_in",
    "tried",
    "Days",
    "Report",
    "Seen",
    "When",
    "add_cycle",
    "add_module",
    "add_sitting",
    "add_step",
    "adopt_rules",
    "answer_contest",
    "archive",
    "assign",
    "bring_back",
    "change_note",
    "complete",
    "complete_all_seen",
    "complete_each",
    "credit",
    "contest",
    "days_of",
    "describe",
    "drop_sitting",
    "facts_of",
    "fill",
    "finish",
    "finish_of",
    "give_back",
    "move",
    "move_sitting",
    "name",
    "people_with_facts",
    "played",
    "rebuild",
    "relocate",
    "remove_note",
    "restore_note",
    "restore_sitting",
    "revoke",
    "revoke_facts",
    "rule",
    "seen",
    "set_days",
    "settle",
    "settle_all",
    "settle_cycle",
    "set_threshold",
    "take_back",
    "tally",
    "tally_all",
    "tally_stale",
    "take_back_unmet",
    "unchanged",
    "undo_revocations",
    "watch",
    "withdraw",
    "write_note",
    "write_to",
]
