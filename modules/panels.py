"""Lines that rooms add to the home page: what is new for me, what waits for a grade."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

Group = Literal["grading", "new", "todo", "waiting"]


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One line on the home page. `text` is a whole sentence in the reader's language and holds the count."""

    text: Any
    url: str
    count: int
    group: Group = "new"


Panel = Callable[[Session, Any, datetime], list[HomeLine]]

_PANELS: list[Panel] = []


def register(panel: Panel) -> None:
    """Add a panel; registering the same function again changes nothing."""
    if panel not in _PANELS:
        _PANELS.append(panel)


def lines(session: Session, person: Any, now: datetime) -> dict[str, list[HomeLine]]:
    """All rooms' lines for this person, by group; empty counts are left out."""
    groups: dict[str, list[HomeLine]] = {}
    for panel in _PANELS:
        for line in panel(session, person, now):
            if line.count:
                groups.setdefault(line.group, []).append(line)
    return groups
