"""What has a date in a cohort: openings, last days, days in person, discussions. Each room says its own.

moments.register(talks)     # in doors.py; (session, cohort ids, language) → [Moment, …], one statement
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session


class What(StrEnum):
    """What happens then."""

    OPENS = "opens"
    DUE = "due"
    DAY = "day"
    TALK = "talk"
    TALK_CLOSED = "talk_closed"


@dataclass(frozen=True, slots=True)
class Moment:
    """One of them. `key` names it for ever; `changed_at`: when somebody last said its date."""

    key: str
    what: What
    cohort_id: int
    at: datetime
    zone: str
    title: str
    path: str
    changed_at: datetime
    number: str | None = None  # Of its module.
    until: datetime | None = None
    day_only: bool = False  # A day there, without an hour.
    place: str = ""
    module_id: int | None = None
    step_id: int | None = None
    cancelled: bool = False
    edit: str = ""  # Where trainers change the date.


Ask = Callable[[Session, Sequence[int], str], Sequence[Moment]]
_ASKED: list[Ask] = []


def register(ask: Ask) -> None:
    """Let a room say what has a date; again changes nothing."""
    if ask not in _ASKED:
        _ASKED.append(ask)


def of_cohorts(session: Session, cohort_ids: Sequence[int], lang: str) -> list[Moment]:
    """All of these cohorts, in their order; one statement for each room's kinds."""
    found = [moment for ask in _ASKED for moment in ask(session, cohort_ids, lang)] if cohort_ids else []
    return sorted(found, key=lambda moment: (moment.at, moment.key))
