"""What rules may ask of a recording: how much of it, seen in which way."""

from typing import Any

from app.i18n import lazy
from modules import asks, rules
from modules.asks import Ask

ALL, WATCHED = "all", "watched"


def _share(typed: str) -> float:
    share = float(typed.replace("%", "").replace(",", ".").strip()) / 100
    if not 0.05 <= share <= 1:
        raise ValueError(typed)
    return round(share, 4)


def _classes(typed: str) -> list[str]:
    if typed not in (ALL, WATCHED):
        raise ValueError(typed)
    return [] if typed == ALL else [each for each in rules.CLASSES if each != rules.READ]


def _first(step: Any) -> float:
    return float(step.share)


def register() -> None:
    """State them."""
    asks.register("recording", Ask(
        "coverage", lazy("Share to see, in %"), _share, lambda share: f"{share * 100:g}",
        lazy("Write a share between 5 and 100%."), _first,
    ))  # fmt: skip
    asks.register("recording", Ask(
        "classes", lazy("What counts as seen"), _classes, lambda named: WATCHED if named else ALL,
        lazy("Choose one of the answers in the list."), lambda _step: [],
        [(ALL, lazy("Watched or read")), (WATCHED, lazy("Watched only"))],
    ))  # fmt: skip
