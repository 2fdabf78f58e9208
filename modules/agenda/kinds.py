"""The words of reminders."""

from typing import Any

from app import notices
from app.i18n import _, lazy
from app.notices import Kind
from modules.agenda.reminders import DUE_DAY, DUE_WEEK, OPENED, SILENT, TOMORROW


def register() -> None:
    """Let them be told."""
    for kind in (
        Kind(
            DUE_WEEK,
            lazy("Last day on %(day)s: %(title)s"),
            lazy("Something of “%(title)s” is left to do. Its last day is %(day)s."),
            label=lazy("A week before the last day of a module"),
        ),
        Kind(
            DUE_DAY,
            lazy("Last day on %(day)s: %(title)s"),
            lazy("Something of “%(title)s” is still left to do. Its last day is %(day)s."),
            urgent=True,
            label=lazy("A day before the last day of a module"),
        ),
        Kind(
            TOMORROW, lazy("Tomorrow: %(title)s"), _meeting, urgent=True, label=lazy("The day before a day in person")
        ),
        Kind(OPENED, lazy("Open now: %(title)s"), lazy("You can begin “%(title)s”."), label=lazy("A module opens")),
        Kind(
            SILENT,
            lazy("A week without news of you"),
            lazy("Your place is kept: go on where you were, a few minutes are enough."),
            label=lazy("Somebody did nothing for a week"),
        ),
    ):
        notices.register(kind)


def _meeting(words: Any) -> str:
    if words["place"]:
        return _("“%(title)s” is on %(day)s. Place: %(place)s.", **words)
    return _("“%(title)s” is on %(day)s.", **words)
