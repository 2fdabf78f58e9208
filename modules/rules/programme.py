"""The figures of a programme by groups, as they may be shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from modules.rules.masking import Hidden, K, Shown, masked

Figure = float | Hidden | None


@dataclass
class Tally:
    """A group: how many learn, have begun, have finished; what they saw, how often they came; days until the end, each
    with how many needed so many."""

    enrolled: int = 0
    begun: int = 0
    finished: int = 0
    seconds: float = 0.0
    presences: int = 0
    days: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Count another group in."""
        self.enrolled += other.enrolled
        self.begun += other.begun
        self.finished += other.finished
        self.seconds += other.seconds
        self.presences += other.presences
        self.days += other.days


@dataclass(frozen=True, slots=True)
class Line:
    """A group as it may be shown."""

    key: str
    enrolled: Shown
    begun: Shown
    finished: Shown
    hours: Figure
    presences: Shown
    days: Figure


def lines(groups: Mapping[str, Tally], *, totalled: bool = True) -> tuple[list[Line], Line | None]:
    """Each group and the sum of all; `totalled`: the groups share nobody, so that their sum says something."""
    keys, tallies, whole = list(groups), list(groups.values()), Tally()
    for tally in tallies:
        whole.add(tally)
    shown = {
        name: masked([getattr(tally, name) for tally in tallies], totalled=totalled)
        for name in ("enrolled", "begun", "finished", "presences")
    }
    found = [
        _line(key, tally, {name: cells[place] for name, (cells, _total) in shown.items()})
        for place, (key, tally) in enumerate(zip(keys, tallies, strict=True))
    ]
    total = _line("", whole, {name: sum_ for name, (_cells, sum_) in shown.items()})
    return found, total if totalled and groups else None


def median(days: Mapping[int, int]) -> float | None:
    """The middle one, or the mean of the two in the middle."""
    count, places = sum(days.values()), 0
    if not count:
        return None
    middle: list[int] = []
    for value in sorted(days):
        before, places = places, places + days[value]
        middle += [value for place in ((count - 1) // 2, count // 2) if before <= place < places]
    return sum(middle) / 2


def _line(key: str, tally: Tally, shown: Mapping[str, Shown]) -> Line:
    """What was done by few, or by those whose number is hidden, is hidden with it."""
    begun, finished, presences = shown["begun"], shown["finished"], shown["presences"]
    hidden = begun if isinstance(begun, Hidden) else None
    return Line(
        key, shown["enrolled"], begun, finished,
        hours=hidden or round(tally.seconds / 3600, 1),
        presences=hidden if hidden and not isinstance(presences, Hidden) else presences,
        days=finished if isinstance(finished, Hidden) else _of_enough(tally.days),
    )  # fmt: skip


def _of_enough(days: Mapping[int, int]) -> Figure:
    return median(days) if sum(days.values()) >= K else Hidden.SMALL


def without_totals(tables: Sequence[tuple[list[Line], Line | None]]) -> bool:
    """Whether one of several tables of the same people hides a total: then none of them may show it."""
    return any(
        total is not None and Hidden.ALSO in (total.enrolled, total.begun, total.finished) for _, total in tables
    )
