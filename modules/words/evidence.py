"""Facts of watching in words: of which class, how odd, which passages, and what changes without them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import url_for

from app.i18n import _, clock, day, lazy, moment, ngettext, percent
from modules import rules
from modules.queries.evidence import ODD, REVOKED, Without
from modules.queries.shapes import StepView

LONGEST_REASON = 500
SHOWN = 6  # Passages of one fact.
CLASSES = {
    rules.ONLINE: lazy("online"),
    rules.OFFLINE: lazy("on a device without a line"),
    rules.IN_ROOM: lazy("in the room"),
    rules.READ: lazy("read"),
}
MARKS = {
    "fast": lazy("more than can be played in its time"),
    "unmeasured": lazy("one large piece, with no clock to measure it against"),
    "future": lazy("the device’s clock is ahead"),
    "clock": lazy("the device’s clock is wrong or went back"),
    "speed": lazy("a speed at which nothing plays"),
    "overlap": lazy("another device played at the same time"),
}


class Strip(NamedTuple):
    """What was seen in one class: its name, whether it counts here, how much, where, and where in words."""

    name: str
    counts: bool
    share: str
    woven: list[tuple[float, float]]
    passages: str


def filters(counts: Mapping[str, int], about: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What may be shown: all, each class that there is, odd ones, revoked ones."""
    named = {"all": _("All"), **CLASSES, ODD: _("Odd"), REVOKED: _("No longer counted")}
    return [
        (key, url_for("cohorts.facts", **about, only=key), f"{name} ({counts[key]})")
        for key, name in named.items()
        if key == "all" or counts.get(key)
    ]


def passages(segments: Sequence[Sequence[float]]) -> str:
    """ "0:00–0:15, 1:30–1:45 and 3 more"."""
    told = ", ".join(f"{clock(start)}–{clock(end)}" for start, end in segments[:SHOWN])
    more = len(segments) - SHOWN
    if more <= 0:
        return told or "–"
    return ngettext("%(told)s and %(num)d more", "%(told)s and %(num)d more", more, told=told)


def strips(step: StepView, unions: Mapping[str, rules.Carried]) -> list[Strip]:
    """What was seen in each class."""
    length = step.duration or 1.0
    return [
        Strip(
            str(CLASSES[klass]), step.classes is None or klass in step.classes,
            percent(rules.fraction(seen.ranges, step.duration)),
            [(start / length, end / length) for start, end in seen.ranges], passages(seen.ranges),
        )
        for klass, seen in unions.items()
    ]  # fmt: skip


def came(row: Any) -> str:
    """How it came: its class, and who credited it."""
    said = str(CLASSES.get(row.klass, row.klass))
    return _("%(what)s, credited by %(name)s", what=said, name=row.credited_by) if row.credited_by else said


def stands(row: Any, zone: str) -> str:
    """Whether it counts."""
    if not row.revoked_at:
        return _("counts")
    return _("no longer, since %(day)s: %(why)s (%(name)s)", day=day(row.revoked_at, zone), why=row.why,
             name=row.revoked_by or "–")  # fmt: skip


def change(step: StepView, after: Without, zone: str) -> list[str]:
    """What the act changes, in sentences."""
    duration = step.duration or 1.0
    before, rest = percent(step.seen_seconds / duration), percent(min(after.seconds / duration, 1.0))
    lines = [_("Seen: %(before)s now, %(rest)s without them.", before=before, rest=rest)]
    if step.done_at and after.enough:
        lines.append(_("The step is done, and what remains is enough for it."))
    elif step.done_at:
        lines.append(
            _(
                "The step was done on %(at)s. What remains would not be enough;"
                " it stays done unless you take it back too.",
                at=moment(step.done_at, zone),
            )
        )
    return lines
