"""The table of one module: a row for each learner, a cell for each step, in a mark and a word."""

from typing import NamedTuple

from app.i18n import _, day, number, percent
from modules.queries.shapes import StepView
from modules.rules import StepState
from modules.stands import Mark, Stand
from modules.words.steps import STATES

NOBODYS = Stand()


class Cell(NamedTuple):
    """The state that the square shows, and the word beside it."""

    state: str
    said: str


def step_cell(step: StepView, stand: Stand | None, zone: str, *, leads: bool) -> Cell:
    """How somebody stands in a step; marks that are not released are for who leads (`leads`)."""
    found = stand or NOBODYS
    mark = mark_of(found, leads=leads)
    if step.done_at:
        return Cell("done", mark_line(mark) if mark else day(step.done_at, zone))
    if found.handed_in:
        said = _("being marked")
        return Cell("now", f"{mark_line(mark)}, {said}" if mark and mark.waiting < mark.of else said)
    if mark:
        return Cell("now", mark_line(mark))
    if step.duration and step.ranges:
        return Cell("now", percent(step.seen_seconds / step.duration))
    return Cell("todo", str(found.word) if found.word else str(STATES[StepState.TODO]))


def mark_of(stand: Stand, *, leads: bool) -> Mark | None:
    """The best mark that the reader may see."""
    return stand.mark if leads else stand.shown


def mark_line(mark: Mark) -> str:
    """ "5/8"."""
    return f"{number(mark.points, 2)}/{number(mark.of, 2)}"
