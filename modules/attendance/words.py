"""Attendance in words."""

from collections.abc import Sequence
from typing import Any

from app.i18n import _, day, hour, lazy
from modules.attendance.queries.halves import HalfRow
from modules.attendance.queries.history import Entry
from modules.attendance.queries.lines import Line
from modules.attendance.rules import WHOLE
from modules.rules import moment_there

KINDS = {
    "morning": lazy("Morning"),
    "afternoon": lazy("Afternoon"),
    WHOLE: lazy("Whole day"),
}


def present(said: bool | None) -> str:
    """What is noted, in a word."""
    return {True: _("Present"), False: _("Absent"), None: _("No note")}[said]


def noted_line(line: Line) -> str:
    """ "Name (absent)"."""
    return f"{line.name} ({present(line.noted.present)})"


def name(half: HalfRow) -> str:
    """ "Morning", or the name of a session."""
    return str(KINDS.get(half.kind) or half.label)


def half(row: HalfRow, rows: Sequence[HalfRow]) -> str:
    """A half among those of a step: its name, with its day where there are several, the day alone where it is whole."""
    dated = day(row.day)
    if len({each.sitting_id for each in rows}) == 1:
        return name(row)
    return dated if row.kind == WHOLE else f"{dated}, {name(row)}"


def hours(row: HalfRow) -> str:
    """ "9 h to 12 h 30", as far as it is known."""
    if row.starts is None:
        return ""
    begins = hour(moment_there(row.day, row.starts, row.zone), row.zone)
    if row.ends is None:
        return begins
    return _("%(start)s to %(end)s", start=begins, end=hour(moment_there(row.day, row.ends, row.zone), row.zone))


def as_typed(rows: Sequence[HalfRow]) -> dict[str, Any]:
    """What the form of a day's halves holds when it is opened."""
    kinds = {row.kind for row in rows}
    said: dict[str, Any] = {"parts": "sessions" if "session" in kinds else WHOLE if WHOLE in kinds else "halves"}
    for row in rows:
        said |= {f"{row.kind}_starts": row.starts, f"{row.kind}_ends": row.ends}
    return said | {"sessions": "\n".join(_typed(row) for row in rows if row.kind == "session")}


def _typed(row: HalfRow) -> str:
    hours = "-".join(f"{at:%H:%M}" for at in (row.starts, row.ends) if at)
    return f"{hours} {row.label}".strip()


SOURCES = {
    "list": lazy("list"),
    "code": lazy("code on the wall"),
    "later": lazy("code on the wall, sent later"),
    "card": lazy("card"),
    "sheet": lazy("printed sheet"),
}


def origin(entry: Entry) -> str:
    """ "List · Chrome, Android", and what became of a note that came late or against another."""
    said = [str(SOURCES[entry.source]), entry.device]
    if entry.late:
        said.append(_("came after a later note of the same device, does not count"))
    if entry.conflict:
        said.append(_("somebody else had noted something else"))
    return " · ".join(part for part in said if part)
