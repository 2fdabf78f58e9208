"""What an attempt is worth and whether it is passed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ALMOST = 1e-9  # Thirds of a point must add up to the point.


class Verdict(StrEnum):
    """What can be said of an attempt for sure."""

    PASSED = "passed"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True)
class Marked:
    """One question of an attempt: what it can earn and what it earned; None while it is being marked."""

    points: float
    earned: float | None


@dataclass(frozen=True)
class Result:
    """The sums of an attempt, and how many of its answers are being marked."""

    earned: float
    lost: float
    waiting: float
    pass_mark: float
    unmarked: int = 0

    @property
    def total(self) -> float:
        """All points of the attempt."""
        return self.earned + self.lost + self.waiting

    @property
    def marked(self) -> float:
        """The points that are settled, won or lost."""
        return self.earned + self.lost

    @property
    def needed(self) -> float:
        """The points that pass."""
        return self.pass_mark * self.total

    @property
    def verdict(self) -> Verdict:
        """Passed or failed as soon as no waiting point can change it."""
        if self.earned + ALMOST >= self.needed:
            return Verdict.PASSED
        if self.earned + self.waiting + ALMOST < self.needed:
            return Verdict.FAILED
        return Verdict.WAITING

    @property
    def passed(self) -> bool:
        """Whether the pass mark is reached by settled points alone."""
        return self.verdict is Verdict.PASSED


def result(items: Iterable[Marked], pass_mark: float) -> Result:
    """Add up an attempt; points given beyond a question's worth, or below 0, do not count."""
    earned = lost = waiting = 0.0
    unmarked = 0
    for item in items:
        if item.earned is None:
            waiting += item.points
            unmarked += 1
            continue
        won = min(max(item.earned, 0.0), item.points)
        earned += won
        lost += item.points - won
    return Result(earned, lost, waiting, pass_mark, unmarked)
