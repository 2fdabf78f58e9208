"""Steps and modules in words: in which state, how much, in which zone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from app import i18n
from app.i18n import _, day, hour, lazy, ngettext, span, weekday
from app.people import zones
from modules.queries.prices import SLIDES, SOUND, TEXT, VIDEO, Choice
from modules.queries.shapes import ModuleView, StepView
from modules.rules import StepState
from modules.words.kinds import ORDER, listing, note, things

STATES = {
    StepState.DONE: lazy("done"),
    StepState.NOW: lazy("now"),
    StepState.TODO: lazy("to do"),
    StepState.LOCKED: lazy("still closed"),
}
SOURCES = {
    "watching": lazy("seen"),
    "page": lazy("read"),
    "file": lazy("downloaded"),
    "quiz": lazy("quiz passed"),
    "cases": lazy("took part"),
    "trainer": lazy("marked by a trainer"),
    "code": lazy("noted by the code on the wall"),
}


def steps_left(module: ModuleView) -> str:
    """What is left of a module in a few words: "14 min 55, then the quiz"."""
    kinds: dict[str, int] = {}
    for step in module.steps:
        if step.waits and not (step.kind == "recording" and step.duration):
            kinds[step.kind] = kinds.get(step.kind, 0) + 1
    videos = [span(module.left_seconds)] if module.left_seconds >= 1 else []
    return listing(videos + [things(kind, kinds[kind]) for kind in ORDER if kinds.get(kind)])


def module_tag(module: ModuleView) -> tuple[str, str]:
    """The word on a module, and its tone."""
    if not module.opened:
        return _("Opens later"), ""
    if module.done:
        return _("Done"), "good"
    return (_("Under way") if module.begun else _("Not begun")), ""


def numeral(module: ModuleView) -> str:
    """The large figure of a module, or a word where it has none."""
    if module.number:
        return module.number
    return _("Case") if any(step.kind == "cases" for step in module.steps) else _("Day")


def module_name(module: ModuleView) -> str:
    """ "Module 3", or the title of a module without a number."""
    return numbered(module.number, module.title)


def numbered(number: str | None, title: str) -> str:
    """The same of a module of which only these two are known."""
    return _("Module %(number)s", number=number) if number else title


def city(zone: str | None) -> str:
    """A zone by the name of its city: "Local time in Bamako"."""
    if not zone or "/" not in zone:
        return _("Universal time (UTC)")
    return _("Local time (%(city)s)", city=zones.city(zone, i18n.current()))


def when(at: datetime, zone: str | None) -> str:
    """ "lundi, 23 h 59"."""
    return _("%(weekday)s, %(hour)s", weekday=weekday(at, zone), hour=hour(at, zone))


def choice(one: Choice) -> str:
    """A way to play: "Video 240p", "Slides and voice", "Audio only", "Text only"."""
    if one.kind == VIDEO:
        return _("Video %(name)s", name=one.said)
    return {SLIDES: _("Slides and voice"), SOUND: _("Audio only"), TEXT: _("Text only")}[one.kind]


def step_items(module: ModuleView, about: Mapping[int, str]) -> list[dict[str, Any]]:
    """The steps of a module for `ui.steps`; `about` is what their rooms say of them."""
    return [
        {
            "title": step.title,
            "state": step.state.value,
            "word": _word(step, module),
            "note": about.get(step.id) or note(step),
            "url": url_for("modules.step", public_id=step.public_id),
            "why": url_for("modules.why", kind="step", about=step.public_id),
        }
        for step in module.steps
    ]


def _word(step: StepView, module: ModuleView) -> str:
    if step.done_at:
        return _("done on %(day)s", day=day(step.done_at, module.zone))
    if step.locked_by and module.opened:
        return _("opens after “%(title)s”", title=step.locked_by)
    if step.state is StepState.LOCKED:
        return _("opens on %(day)s", day=day(module.opens_at, module.zone)) if module.opens_at else _("still closed")
    if step.stand.word:
        return str(step.stand.word)
    if step.duration and step.ranges:
        return _("%(time)s missing", time=span(step.missing_seconds))
    if not step.needed:
        return _("may be left out")
    return str(STATES[step.state])


def passages(step: StepView) -> str:
    """ "14 min 55, in 3 passages"."""
    count = len(step.missing)
    return ngettext("%(time)s, in one passage", "%(time)s, in %(num)d passages", count, time=span(step.missing_seconds))
