"""What the page of a recording says of its chapters and of its text."""

from app.i18n import _, clock, span
from modules.queries.reading import ChapterView, Part, Reading
from modules.rules.reading import ALL_BUT


def chapter_state(one: ChapterView) -> str:
    """For the square before it: where somebody is comes first."""
    return "now" if one.here else "done" if one.missing < ALL_BUT else "todo"


def chapter_word(one: ChapterView) -> str:
    """ "seen", "2 min 25 missing", "to see"."""
    if one.missing < ALL_BUT:
        return _("seen")
    return _("%(time)s missing", time=span(one.missing)) if one.share else _("to see")


def place_link(here: str, second: float, text: Reading | None) -> str:
    """Where a second leads: into the text on the page, else into the recording, with and without scripts."""
    whole = text is not None and not text.looked_for  # Else it may not hold this second.
    return f"#{text.anchor_at(second)}" if text and whole else f"{here}?t={second:.12g}#t={second:.12g}"


def part_name(part: Part) -> str:
    """For who does not see where a button stands: the chapter, or its minutes."""
    return part.title or _("From %(start)s to %(end)s", start=clock(part.start), end=clock(part.end))


def passages_found(count: int) -> str:
    """ "2 passages"."""
    if not count:
        return _("No passage holds these words.")
    return _("One passage") if count == 1 else _("%(num)s passages", num=count)
