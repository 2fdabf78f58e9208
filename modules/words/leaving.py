"""Where a recording loses people, in words, as a chart and as a table."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.i18n import _, clock, ngettext
from app.web import tables
from app.web.charts import Bars
from modules.queries.leaving import Leaving
from modules.rules.leaving import Minute
from modules.rules.masking import Hidden, Shown, masked
from modules.words.programme import figure

LABELS = 4  # Of the time axis, beside its beginning.


class Row(NamedTuple):
    """A minute as its reader may see it."""

    start: float
    end: float
    saw: Shown
    left: Shown
    cut: Shown
    slow: Shown


def rows(found: Leaving, *, all_shown: bool) -> list[Row]:
    """The minutes; small numbers are for who trains these people."""
    columns: list[Sequence[Shown]] = [list(column) for column in zip(*found.minutes, strict=True)]
    if not all_shown:
        columns = [masked([one[place] for one in found.minutes], totalled=False)[0] for place in range(4)]
    return [
        Row(60.0 * place, min(60.0 * (place + 1), found.duration), *figures)
        for place, figures in enumerate(zip(*columns, strict=True))
    ]


def sentence(found: Leaving) -> str:
    """The answer first: where most leave of their own accord, and where a line stops most."""
    if not found.watched:
        return _("Nobody has begun this recording yet.")
    left, cut = _most(found.minutes, "left"), _most(found.minutes, "cut")
    if left is not None and cut is not None:
        return _("Most people stop near %(left)s; the line stops most near %(cut)s.", left=clock(left), cut=clock(cut))
    if left is not None:
        return _("Most people stop near %(left)s.", left=clock(left))
    if cut is not None:
        return _("The line stops most near %(cut)s.", cut=clock(cut))
    return _("Nobody has left.")


def line(shown: Sequence[Row]) -> list[float | None]:
    """How many saw each minute, for the chart; what is hidden is a hole."""
    return [None if isinstance(row.saw, Hidden) else row.saw for row in shown]


def bars(shown: Sequence[Row]) -> list[Bars]:
    """Who left, who was cut off: solid and as rungs."""
    return [
        Bars("left", [_drawn(row.left) for row in shown]),
        Bars("cut", [_drawn(row.cut) for row in shown], hatched=True),
    ]


def ends(found: Leaving) -> list[str]:
    """The words of the time axis, which runs as the tape does in every language."""
    return [clock(found.duration * place / LABELS) for place in range(LABELS + 1)]


def description(found: Leaving, shown: Sequence[Row]) -> str:
    """The picture in words."""
    first, last = shown[0], shown[-1]
    people = ngettext("%(num)d person has watched.", "%(num)d people have watched.", found.watched)
    ends = _(
        "The first minute was seen by %(first)s, the last by %(last)s.", first=figure(first.saw), last=figure(last.saw)
    )
    return " ".join([
        people if not isinstance(first.saw, Hidden) else "",
        ends,
        sentence(found) if found.watched else "",
    ]).strip()  # fmt: skip


def span_of(row: Row) -> str:
    """From when to when."""
    return _("From %(start)s to %(end)s", start=clock(row.start), end=clock(row.end))


def heads() -> list[str]:
    """The heads of the table."""
    return [_("Minute"), _("Saw it"), _("Left of their own accord"), _("Left on a slow line"), _("Line too slow")]


def leaving_table(shown: Sequence[Row], name: str) -> tables.Table:
    """The figures behind the chart."""
    body = [[clock(row.start), *(_cell(value) for value in row[2:])] for row in shown]
    return tables.Table(name, heads(), body)


def _most(minutes: Sequence[Minute], what: str) -> float | None:
    counts: list[int] = [getattr(minute, what) for minute in minutes]
    most = max(counts, default=0)
    return 60.0 * counts.index(most) if most else None


def _drawn(value: Shown) -> float:
    return 0.0 if isinstance(value, Hidden) else value


def _cell(value: Any) -> tables.Cell:
    return figure(value) if isinstance(value, Hidden) else value
