"""A page of subtitles as somebody edits it: what was sent, what a press of a button makes of it, what is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.i18n import lazy
from app.prints import print_of
from media.captions import Cue, payload
from media.captions.blocks import LONGEST_CUE, MOST_CUES
from media.captions.cues import TO_CHECK
from media.captions.editing import Line, added, line_of, merged, second, split
from media.captions.settings import known

PAGE = 50
MOST_LINES = 4 * PAGE
FAR = 1e9

Errors = list[tuple[str, Any]]


@dataclass(frozen=True)
class Draft:
    """Lines in place of the `held` saved ones from the `first` on, which begin between two seconds."""

    lines: Sequence[Line]
    first: int
    held: int
    since: float
    until: float
    began: str
    number: int = 1
    pages: int = 1
    unsaved: bool = False
    errors: Errors = field(default_factory=list)

    def does(self, what: str, caret: int | None) -> "Draft":
        """What a button of a line does: `split-3`, `merge-3`, `add-3`. Nothing where there is no such line."""
        verb, _, place = what.partition("-")
        lines, at = list(self.lines), int(place) if place.isascii() and place.isdigit() and len(place) < 6 else FAR
        if at >= len(lines):
            return self
        at = int(at)
        following = lines[at + 1] if at + 1 < len(lines) else None
        if verb == "split":
            lines[at : at + 1] = split(lines[at], caret)
        elif verb == "merge" and following:
            lines[at : at + 2] = [merged(lines[at], following)]
        elif verb == "add":
            lines.insert(at + 1, added(lines[at], following))
        return replace(self, lines=lines[:MOST_LINES], unsaved=True)

    def within(self, saved: Sequence[Cue]) -> list[Cue]:
        """All subtitles with the lines of this page among them, in order. `cues` was asked first."""
        around = [*saved[: self.first], *self.cues(), *saved[self.first + self.held :]]
        return sorted(around, key=lambda cue: (cue.start, -cue.end))[:MOST_CUES]

    def cues(self) -> list[Cue]:
        """The lines that stay, as they are kept; those that are wrong are left out."""
        return [cue for line in self.lines if not line.gone and (cue := _cue(line))]

    def checked(self) -> "Draft":
        """The same with what must be corrected."""
        return replace(self, errors=[error for place, line in enumerate(self.lines) for error in _errors(place, line)])

    def beside(self, saved: Sequence[Cue], shown: bool) -> "Draft":
        """The same in place of what others have saved for these seconds."""
        place = [at for at, cue in enumerate(saved) if self.since <= cue.start < self.until]
        first = place[0] if place else sum(cue.start < self.since for cue in saved)
        held = saved[first : first + len(place)]
        return replace(self, first=first, held=len(held), began=begun(held, shown), unsaved=True)

    def placed(self, saved: Sequence[Cue], shown: bool) -> "Draft | None":
        """The same where it stands now; None where others have changed what stood there. Other pages may have been
        saved meanwhile, and longer or shorter."""
        for there in (self, self.beside(saved, shown)):
            if begun(saved[there.first : there.first + there.held], shown) == self.began:
                return replace(self, first=there.first, held=there.held)
        return None


def begun(saved: Sequence[Cue], shown: bool) -> str:
    """The print of what somebody opens, and whether learners see it."""
    return print_of({"shown": shown, "cues": [(cue.start, cue.end, cue.text, cue.id, cue.settings) for cue in saved]})


def opened(saved: Sequence[Cue], shown: bool, number: int) -> Draft:
    """A page of what is saved."""
    pages = -(-len(saved) // PAGE) or 1
    number = min(max(number, 1), pages)
    first = (number - 1) * PAGE
    here = saved[first : first + PAGE]
    since = here[0].start if first else 0.0
    until = saved[first + PAGE].start if first + PAGE < len(saved) else FAR
    return Draft([line_of(cue) for cue in here], first, len(here), since, until, begun(here, shown), number, pages)


def sent(form: Mapping[str, str], saved: Sequence[Cue]) -> Draft:
    """What came back from a page; what is missing in it is as saved."""
    number = _whole(form.get("page"), 1)
    page = opened(saved, True, number)
    lines = []
    for place in range(min(_whole(form.get("lines"), 0), MOST_LINES)):
        values = {name: form.get(f"{name}-{place}", "") for name in ("start", "end", "text", "name", "settings")}
        values["text"] = values["text"].replace("\r\n", "\n").replace("\r", "\n")
        lines.append(Line(**values, gone=bool(form.get(f"gone-{place}"))))
    since, until = second(form.get("since", "")), second(form.get("until", ""))
    return replace(
        page, lines=lines, first=min(_whole(form.get("first"), 0), len(saved)), held=_whole(form.get("held"), 0),
        since=since or 0.0, until=FAR if until is None else until, began=form.get("began", ""),
    )  # fmt: skip


def _cue(line: Line) -> Cue | None:
    start, end, text = second(line.start), second(line.end), payload.clean(line.text)
    if start is None or end is None or end < start or payload.says_nothing(text):
        return None
    name = " ".join(line.name.replace("-->", "").split())[:100]
    return Cue(start, end, text, name.removeprefix(TO_CHECK).strip(), known(line.settings))  # Somebody has looked.


def _errors(place: int, line: Line) -> Errors:
    if line.gone:
        return []
    start, end, text = second(line.start), second(line.end), payload.clean(line.text)
    found: Errors = [
        (f"{name}-{place}", lazy("Line %(number)d: write a time such as 00:01:15.500.", number=place + 1))
        for name, at in (("start", start), ("end", end))
        if at is None
    ]
    if start is not None and end is not None and end < start:
        found.append((f"end-{place}", lazy("Line %(number)d: the subtitle ends before it begins.", number=place + 1)))
    if payload.says_nothing(text):
        found.append((f"text-{place}", lazy("Line %(number)d: write what is said, or delete it.", number=place + 1)))
    if len(text) > LONGEST_CUE:
        found.append((f"text-{place}", lazy("Line %(number)d: write at most 2,000 characters.", number=place + 1)))
    return found


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else otherwise
