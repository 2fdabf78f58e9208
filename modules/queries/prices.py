"""What it costs in bytes to watch the rest: of one recording, or of several."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modules import rules
from modules.queries.shapes import StepView

SOUND = "sound"
Renditions = Mapping[int, Sequence[Mapping[str, Any]]]  # By the id of the version.


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to play a recording: its name, whether it has pictures, and what the rest and all of it cost."""

    name: str
    kind: str
    height: int | None
    whole: int
    rest: int


def choices(renditions: Iterable[Mapping[str, Any]], step: StepView) -> list[Choice]:
    """The ways to play the newest version of a recording, largest picture first, sound last."""
    if not step.duration:
        return []
    left = min(rules.covered(step.missing) / step.duration, 1.0)
    found = [Choice(r["name"], r["kind"], r["height"], r["bytes"], round(r["bytes"] * left)) for r in renditions]
    return sorted(found, key=lambda choice: (choice.kind == SOUND, -(choice.height or 0)))


def tariff(steps: Iterable[StepView], renditions: Renditions) -> list[tuple[Choice, int]]:
    """What everything left costs in three ways: sound only, the smallest and the next larger picture.

    A recording that lacks a way counts with its nearest; without any known recording there is no tariff.
    """
    sums = [0, 0, 0]
    ways: list[Choice | None] = [None, None, None]
    for step in steps:
        if not step.left_seconds or step.version_id is None:
            continue
        offered = choices(renditions.get(step.version_id, ()), step)
        videos = [choice for choice in reversed(offered) if choice.kind != SOUND]
        sounds = [choice for choice in offered if choice.kind == SOUND]
        wanted = [(sounds or videos)[:1], videos[:1] or sounds[:1], videos[1:2] or videos[:1] or sounds[:1]]
        for place, chosen in enumerate(wanted):
            if chosen:
                sums[place] += chosen[0].rest
                ways[place] = ways[place] or chosen[0]
    found: dict[str, tuple[Choice, int]] = {}
    for way, price in zip(ways, sums, strict=True):
        if way is not None:
            found.setdefault(way.name, (way, price))
    return list(found.values())
