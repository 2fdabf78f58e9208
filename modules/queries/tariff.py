"""What everything that is left costs, for the home page."""

from collections.abc import Iterable, Mapping, Sequence

from modules.queries.prices import SOUND, VIDEO, Choice
from modules.queries.shapes import StepView

Offered = Mapping[int, Sequence[Choice]]  # By the id of the step.


def tariff(steps: Iterable[StepView], offered: Offered) -> list[tuple[Choice, int]]:
    """What everything left costs in three ways: sound only, the smallest and the next larger picture.

    A recording that lacks a way counts with its nearest; without any known recording there is no tariff.
    """
    sums = [0, 0, 0]
    ways: list[Choice | None] = [None, None, None]
    for step in steps:
        if not step.left_seconds or step.id not in offered:
            continue
        videos = [choice for choice in reversed(offered[step.id]) if choice.kind == VIDEO]
        sounds = [choice for choice in offered[step.id] if choice.kind == SOUND]
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
