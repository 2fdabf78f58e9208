"""What the home page says in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from app.i18n import _, day, gettext, megabytes, ngettext, percent, span, weekday
from app.people.rules import Role
from app.text import fold
from modules.queries.home import Deadline, Left
from modules.queries.masthead import share
from modules.queries.prices import Choice
from modules.queries.shapes import ModuleView
from modules.queries.teaching import Given
from modules.rules import is_over
from modules.words.kinds import ORDER, listing, things
from modules.words.steps import choice, city, steps_left, when

Facts = list[tuple[str, Any]]


def left(left: Left, *, done: bool) -> str:
    """ "Still to do: 1 h 51 of video, 2 quizzes and 1 page to read.": the answer that the home page begins with.

    Nothing left is not always all done: marks may be awaited, or a quiz has no attempt left.
    """
    found = _things_left(left)
    if not found:
        return _("Everything is done.") if done else _("There is nothing for you to do now.")
    return _("Still to do: %(things)s.", things=listing(found))


def later(left: Left, later: Left) -> str:
    """What of all that is left cannot be done yet; nothing where all modules are open."""
    found = _things_left(later)
    if found and later == left:
        return _("All of it is in modules that open later.")
    return _("In modules that open later, of this: %(things)s.", things=listing(found)) if found else ""


def _things_left(left: Left) -> list[str]:
    found = [gettext("%(time)s of video", time=span(left.seconds))] if left.seconds >= 1 else []
    return found + [things(kind, left.kinds[kind]) for kind in ORDER if left.kinds.get(kind)]


def own_cohorts(person: Any) -> str:
    """Under the person's name: the cohorts of a learner, each by its name; else those that the person leads."""
    cohorts = person.cohorts_as(Role.LEARNER) or person.cohorts_as(Role.TRAINER)
    return listing(sorted((person.cohort_names[cohort_id] for cohort_id in cohorts), key=fold))


def things_first(state: Mapping[str, int]) -> list[tuple[str, str, Facts]]:
    """Recordings, people and modules as an administrator finds them: (title, url, facts)."""
    busy = sum(state.get(name, 0) for name in ("uploading", "received", "probing", "transcoding"))
    recordings: Facts = [
        (_("Ready to watch"), state.get("ready", 0)),
        (_("In preparation"), busy),
        (_("Failed"), state.get("failed", 0)),
    ]
    return [
        (_("Recordings"), url_for("recordings.index"), recordings),
        (_("People"), url_for("persons.index"), [(_("Accounts"), state["people"])]),
        (_("Modules"), url_for("modules.index"), [(_("Modules"), state["modules"])]),
    ]


def prices(tariff: Sequence[tuple[Choice, int]]) -> list[tuple[str, str]]:
    """The tariff: (way, price)."""
    return [(choice(way), megabytes(price)) for way, price in tariff]


def rests(choices: Sequence[Choice]) -> list[tuple[str, str]]:
    """What the rest of one recording costs as sound and as the smallest picture."""
    sounds = [one for one in choices if one.kind == "sound"][:1]
    videos = [one for one in reversed(choices) if one.kind == "video"][:1]
    return [(choice(one), megabytes(one.rest)) for one in (*sounds, *videos)]


def cycle_note(modules: Sequence[ModuleView]) -> str:
    """ "5 modules, 47 % done"."""
    done = percent(share([module.part for module in modules]))
    return ngettext("%(num)d module, %(share)s done", "%(num)d modules, %(share)s done", len(modules), share=done)


def cycle_line(modules: Sequence[ModuleView]) -> str:
    """Under the title of a cycle: how many modules, and how much is done of those that the reader learns."""
    learned = [module for module in modules if module.cohort_id]
    if learned:
        return cycle_note(learned)
    return ngettext("%(num)d module", "%(num)d modules", len(modules)) if modules else ""


def steps_count(module: ModuleView) -> str:
    """ "4 steps"."""
    return things("", len(module.steps))


def given_facts(one: Given, now: datetime) -> Facts:
    """How far a cohort is in a module, and until when it runs."""
    found: Facts = [(_("Steps done"), percent(one.share))]
    if one.due_at:
        label = _("Deadline passed on") if is_over(one.due_at, now) else _("Last day")
        found.append((label, day(one.due_at, one.zone)))
    return found


def module_facts(module: ModuleView, sound: int | None, now: datetime) -> Facts:
    """The line under a module: what is left, what it costs, before when."""
    if not module.opened and module.opens_at:
        return [(_("Opens on"), day(module.opens_at, module.zone))]
    seconds = sum(step.duration or 0 for step in module.steps)
    if module.done:
        return [(_("Seen"), span(seconds))] if seconds else []
    found: Facts = []
    left = steps_left(module)
    if left:
        found.append((_("Left"), left))
    found += [(step.title, step.stand.word) for step in module.steps if not (step.done_at or step.waits)]
    if sound:
        found.append((_("Audio"), megabytes(sound)))
    return found + due_facts(module, now)


def due_facts(module: ModuleView, now: datetime) -> Facts:
    """The last day of a module, and whether it has gone by."""
    if not module.due_at:
        return []
    label = _("Deadline passed on") if module.over(now) else _("Before the end of")
    return [(label, day(module.due_at, module.zone))]


def cohort_facts(cohort: Mapping[str, Any], now: datetime) -> Facts:
    """The line under a cohort: how many learn there, what is done, what is due next or was due last."""
    found: Facts = [(_("Learners"), cohort["learners"]), (_("Steps done"), percent(cohort["share"]))]
    if cohort["due_at"]:
        over = is_over(cohort["due_at"], now)
        label = _("Last deadline passed on") if over else _("Next deadline")
        found.append((label, day(cohort["due_at"], cohort["due_zone"])))
    return found


def deadline(one: Deadline) -> str:
    """What is due, or which day it is."""
    if one.sitting:
        return one.title
    name = _("Module %(number)s", number=one.numeral) if one.numeral else one.title
    return _("End of: %(module)s", module=name)


def deadline_note(one: Deadline, shown_zone: str | None) -> str:
    """When and where; the zone only if it is another than the one in the margin."""
    if one.over:
        return _("The deadline has passed; you can still finish.")
    zone = city(one.zone) if one.zone != shown_zone and not one.day_only else ""
    said = [weekday(one.at, one.zone) if one.day_only else when(one.at, one.zone), one.place or "", zone]
    return " · ".join(part for part in said if part)


def deadlines_zone(deadlines: Sequence[Deadline]) -> str | None:
    """The zone in the margin of the deadlines: of the first one that has an hour."""
    return next((one.zone for one in deadlines if not (one.day_only or one.over)), None)
