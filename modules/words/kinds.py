"""The kinds of step in words."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from babel.lists import format_list

from app.i18n import _, clock, locale_code, megabytes, moment, ngettext, span
from app.i18n.formats import NO_BREAK
from modules.queries.shapes import StepView
from modules.rules import Why


def listing(items: Sequence[str]) -> str:
    """One, two and three."""
    return format_list(list(items), locale=locale_code())


ORDER = ("recording", "quiz", "cases", "page", "file", "in_person")


def things(kind: str, count: int) -> str:
    """So many steps of a kind; the number never stands alone at the end of a line."""
    return _things(kind, count).replace(" ", NO_BREAK, 1)


def _things(kind: str, count: int) -> str:
    match kind:
        case "recording":
            return ngettext("%(num)d recording", "%(num)d recordings", count)
        case "quiz":
            return ngettext("%(num)d quiz", "%(num)d quizzes", count)
        case "cases":
            return ngettext("%(num)d case discussion", "%(num)d case discussions", count)
        case "page":
            return ngettext("%(num)d page to read", "%(num)d pages to read", count)
        case "file":
            return ngettext("%(num)d file", "%(num)d files", count)
        case "in_person":
            return ngettext("%(num)d day in person", "%(num)d days in person", count)
    return ngettext("%(num)d step", "%(num)d steps", count)


def note(step: StepView) -> str:
    """What a step is and how much of it there is."""
    match step.kind:
        case "recording":
            return (
                _("Recording, %(time)s", time=span(step.duration)) if step.duration else _("Recording, not ready yet")
            )
        case "page":
            return _("Page to read")
        case "file":
            return _("File, %(size)s", size=megabytes(step.file_bytes)) if step.file_bytes else _("File")
        case "quiz":
            return _("Quiz")
        case "cases":
            return _("Case discussion")
        case "in_person":
            return _("Day in person")
    return ""


def kind_word(step: StepView) -> str:
    """A kind of step in one or two words."""
    return {
        "recording": _("recording"),
        "page": _("page"),
        "file": _("file"),
        "quiz": _("quiz"),
        "cases": _("case discussion"),
        "in_person": _("day in person"),
    }.get(step.kind, step.kind)


def go_on(step: StepView) -> str:
    """The button that leads to the next step; of a recording, with the second at which it opens."""
    match step.kind:
        case "recording":
            return _watch(step)
        case "page":
            return _("Read the page")
        case "quiz":
            return _("Answer the quiz")
        case "file":
            return _("See the file")
        case "cases":
            return _("Join the discussion")
    return _("Open")


def _watch(step: StepView) -> str:
    second, why = step.opening
    match why:
        case Why.LEFT:
            return _("Resume at %(time)s", time=clock(second))
        case Why.MISSING:
            return _("See what is missing, from %(time)s", time=clock(second))
        case Why.AGAIN:
            return _("Watch again")
    return _("Watch")


def recordings(rows: Sequence[Any]) -> list[tuple[str, str]]:
    """The recordings to choose from, each with its length; when it was made tells those of one title apart."""
    alike, comma = Counter(row.title for row in rows), _(", ")

    def told(row: Any) -> str:
        length = span(row.duration) if row.duration else ""
        made = moment(row.created_at) if alike[row.title] > 1 else ""
        return comma.join(filter(None, (row.title, length, made)))

    return [(row.public_id, told(row)) for row in rows]
