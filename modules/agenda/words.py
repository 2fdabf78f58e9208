"""A timeline in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import i18n
from app.i18n import _, day, moment, weekday
from app.people import zones
from modules.agenda.rules import months, past
from modules.moments import Moment, What
from modules.queries.shapes import ModuleView, StepView
from modules.words.steps import numbered, steps_left, when


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its day, what it is, when and where, how its reader stands (with a tone), where it leads."""

    date: str
    title: str
    note: str
    state: str
    tone: str
    moment: Moment


def rows(moments: Sequence[Moment], modules: Sequence[ModuleView], person: Any) -> dict[str, Row]:
    """Each by its key."""
    by_id = {module.id: module for module in modules}
    steps = {step.id: step for module in modules for step in module.steps}
    return {each.key: _row(each, by_id, steps, person) for each in moments}


def parted(moments: Sequence[Moment], now: datetime) -> tuple[list[Any], list[Any]]:
    """What is past and what comes, each by month: (name of the month, moments)."""
    gone = [each for each in moments if past(each, now)]
    to_come = [each for each in moments if not past(each, now)]
    return _named(gone), _named(to_come)


def title(one: Moment) -> str:
    """What happens."""
    module = numbered(one.number, one.title)
    return {
        What.OPENS: _("%(module)s opens", module=module),
        What.DUE: _("Last day: %(module)s", module=module),
        What.DAY: one.title,
        What.TALK: _("Discussion opened: %(title)s", title=one.title),
        What.TALK_CLOSED: _("Discussion closed: %(title)s", title=one.title),
    }[one.what]


def note(one: Moment, own_zone: str | None = None) -> str:
    """When and where; beside it the reader's own clock, where it shows something else."""
    hours = weekday(one.at, one.zone) if one.day_only else when(one.at, one.zone)
    if one.until and not one.day_only:
        hours = _("%(from)s to %(until)s", **{"from": hours, "until": i18n.hour(one.until, one.zone)})
    return " · ".join(part for part in (hours, one.place, _own_clock(one, own_zone)) if part)


def _own_clock(one: Moment, own_zone: str | None) -> str:
    if not own_zone or (one.day_only and one.what != What.DUE):
        return ""
    if one.at.astimezone(ZoneInfo(own_zone)).utcoffset() == one.at.astimezone(ZoneInfo(one.zone)).utcoffset():
        return ""
    return _(
        "for you, in %(city)s: %(moment)s", city=zones.city(own_zone, i18n.current()), moment=moment(one.at, own_zone)
    )


def _row(one: Moment, modules: Mapping[int, ModuleView], steps: Mapping[int, StepView], person: Any) -> Row:
    state, tone = _state(one, modules, steps)
    return Row(day(one.at, one.zone), title(one), note(one, person.zone), state, tone, one)


def _state(one: Moment, modules: Mapping[int, ModuleView], steps: Mapping[int, StepView]) -> tuple[str, str]:
    if one.cancelled:
        return _("cancelled"), "warn"
    if one.what == What.DAY and one.step_id and one.step_id in steps:
        return (_("done"), "good") if steps[one.step_id].done_at else ("", "")
    module = modules.get(one.module_id or 0)
    if module is None or one.what == What.DAY:
        return "", ""
    if module.done:
        return _("done"), "good"
    left = steps_left(module) if one.what == What.DUE else ""
    return (_("left: %(what)s", what=left), "") if left else ("", "")


def _named(moments: Sequence[Moment]) -> list[tuple[str, list[Moment]]]:
    return [(i18n.month(first), own) for first, own in months(moments)]
