"""What came of a file of statements, in sentences."""

from typing import Any

from app.i18n import _, lazy, ngettext

WHY = {
    "no_json": lazy("this is no JSON."),
    "no_object": lazy("this is no statement."),
    "too_long": lazy("it is too long."),
    "broken_file": lazy("the file is broken from here on."),
    "no_id": lazy("the statement has no id."),
    "no_account": lazy("it names no account: who watched is not known."),
    "no_activity": lazy("it names no activity: what was watched is not known."),
    "other_home": lazy("its account belongs to %(what)s; say who it is here."),
    "no_person": lazy("nobody here has the id or login %(what)s."),
    "no_step": lazy("no step here is %(what)s."),
    "not_ready": lazy("the recording of %(what)s is not ready."),
    "not_a_number": lazy("a time is not a number."),
    "ends_before_start": lazy("a passage ends before it begins."),
    "too_many": lazy("there are more than 20,000 passages."),
    "not_a_pair": lazy("a passage is a start and an end."),
}


def refused_line(number: int, why: str, what: str) -> str:
    """ "Line 3: nobody here has the id x." """
    return _("Line %(number)s: %(why)s", number=number, why=str(WHY[why]) % {"what": what})


def imported_lines(found: Any) -> list[str]:
    """How many were kept, known, about something else and refused, and how many have done a step by it."""
    lines = [
        ngettext("%(num)d new report of watching.", "%(num)d new reports of watching.", found.kept),
        ngettext("%(num)d was here already.", "%(num)d were here already.", found.known),
        ngettext("%(num)d says nothing of what was watched.", "%(num)d say nothing of what was watched.", found.others),
        ngettext("%(num)d was refused.", "%(num)d were refused.", found.refused_in_all),
    ]
    if found.done:
        lines.append(ngettext("%(num)d step is done by it.", "%(num)d steps are done by it.", found.done))
    return lines
