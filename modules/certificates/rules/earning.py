"""What is written into a certificate of what was done."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Met:
    """A step as it was done: under which term, when, and how long it was seen or attended.

    `seconds` of a day in person are None where no hour of it is known.
    """

    title: str
    kind: str
    share: float | None
    done: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class MetModule:
    """A module as it was done, under which version of its rules."""

    number: str | None
    title: str
    dye: int
    rule: int
    done: str
    steps: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Whole minutes online and in person, and days in person of which no hour is known."""

    online: int = 0
    in_person: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """The frozen copy: the modules of what is certified, and the version of the cycle's own rule (0: of a module)."""

    modules: tuple[MetModule, ...] = ()
    rule: int = 0

    @property
    def hours(self) -> Hours:
        """All of them together."""
        return hours(step for module in self.modules for step in module.steps)

    def kept(self) -> dict[str, Any]:
        """As the row keeps it."""
        return asdict(self)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Record":
        """From the row."""
        return cls(
            tuple(
                MetModule(**{**module, "steps": tuple(Met(**step) for step in module["steps"])})
                for module in kept["modules"]
            ),
            kept.get("rule", 0),
        )


def hours(steps: Iterable[Met]) -> Hours:
    """What was seen of recordings, each second once, and what was attended. What is not known is not made up."""
    online = in_person = 0.0
    days = 0
    for step in steps:
        if step.kind == "recording":
            online += step.seconds or 0
        elif step.kind == "in_person" and step.seconds is None:
            days += 1
        elif step.kind == "in_person":
            in_person += step.seconds or 0
    return Hours(int(online // MINUTE), int(in_person // MINUTE), days)


def attended(dates: Sequence[tuple[datetime, datetime | None, bool]]) -> float | None:
    """How long a day in person was, from its dates (start, end, only the day is known). Of several dates nobody knows
    to which somebody came."""
    if len(dates) != 1:
        return None
    starts, ends, day_only = dates[0]
    return None if day_only or ends is None else max(0.0, (ends - starts).total_seconds())
