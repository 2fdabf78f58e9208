"""What is left of a cycle, in words and as a table to take along."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for

from app.i18n import _, clock, day, number, span
from app.web import tables
from modules import rules
from modules.queries.left import Left, ModuleLeft, StepLeft
from modules.words.kinds import note
from modules.words.reading import place_link
from modules.words.steps import choice, module_name


def price_of(hundredths: int) -> str:
    """A price to the hundredth of a megabyte, so that a column adds up."""
    return _("%(n)s MB", n=number(hundredths / 100, 2)) if hundredths else ""


def time_of(seconds: int) -> str:
    """A length to the second, for the same reason."""
    return clock(seconds) if seconds else ""


def ways(left: Left) -> list[tuple[str, str, str]]:
    """The formats to choose from: key, address, word."""
    return [(way.name, url_for("modules.left", format=way.name), choice(way)) for way in left.ways]


def way_word(left: Left) -> str:
    """The chosen format by name."""
    return next((choice(way) for way in left.ways if way.name == left.chosen), "")


def before(one: ModuleLeft, now: datetime) -> str:
    """Before when a module is to be done, or from when it can be."""
    module = one.module
    if not module.opened and module.opens_at:
        return _("opens on %(day)s", day=day(module.opens_at, module.zone))
    if not module.due_at:
        return _("no last day")
    said = day(module.due_at, module.zone)
    return _("%(day)s, passed", day=said) if module.over(now) else said


def step_word(one: StepLeft) -> str:
    """What is left of a step, or what its room says of it."""
    if one.seconds:
        return span(one.seconds)
    return str(one.step.stand.word) or note(one.step)


def passage_rows(one: StepLeft) -> list[dict[str, str]]:
    """Rows for `ui.passages`: each link plays its passage, and stops where it ends."""
    here = url_for("modules.step", public_id=one.step.public_id)
    return [
        {
            "url": place_link(here, piece.start, None),
            "text": _("From %(start)s to %(end)s", start=clock(piece.start), end=clock(piece.end)),
            "price": price_of(piece.hundredths),
            "note": span(rules.told([(piece.start, piece.end)])),
        }
        for piece in one.passages
    ]


def left_table(left: Left, name: str, zone: str) -> tables.Table:
    """A row for each missing passage, and for each step that has none."""
    heads = [
        _("Module"), tables.timed(_("Before the end of"), zone), _("Step"), _("Kind"), _("From"), _("To"),
        _("Seconds"), _("Megabytes"), _("Format"),
    ]  # fmt: skip
    return tables.Table(name, heads, _rows(left), zone)


def _rows(left: Left) -> Iterator[list[tables.Cell]]:
    for one in left.modules:
        for step in one.steps:
            first: list[tables.Cell] = [module_name(one.module), one.module.due_at, step.step.title, note(step.step)]
            way = choice(step.way) if step.way else None
            for piece in step.passages:
                told = rules.told([(piece.start, piece.end)])
                size = piece.hundredths / 100 if piece.bytes else None
                yield [*first, clock(piece.start), clock(piece.end), told, size, way]
            if not step.passages:
                yield [*first, None, None, None, None, None]
