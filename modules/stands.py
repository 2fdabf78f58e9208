"""How people stand in steps of other rooms beside done and not done: handed in, failed, nothing to do there yet.

A room registers up to three functions for its kind of step: how people stand in steps, when each learner of a cohort
was last at work there, and what the steps of a module are about. Each is asked once per page.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody did there: as its cohort's trainers read it, and as everybody else may (`shown`)."""

    what: str
    at: datetime
    said: str
    shown: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The best attempt: points won, points in all, points that still wait."""

    points: float
    of: float
    waiting: float = 0.0


@dataclass(frozen=True, slots=True)
class Stand:
    """`word` says it in the step's list; `handed_in`: the next move is somebody else's; `ready`: it can be done.

    `mark` is for the cohort's trainers; `shown` is what was released.
    """

    word: Any = ""
    handed_in: bool = False
    ready: bool = True
    lines: Sequence[Line] = ()
    mark: Mark | None = None
    shown: Mark | None = None


Stands = dict[tuple[int, int], Stand]
Ask = Callable[[Session, Collection[int], Sequence[int]], Stands]
About = Callable[[Session, Any, Any], Mapping[int, str]]
Last = Callable[[Session, int], Mapping[int, datetime]]

_ASKED: dict[str, Ask] = {}
_LAST: dict[str, Last] = {}
_ABOUT: dict[str, About] = {}


def register(kind: str, *, ask: Ask | None = None, last: Last | None = None, about: About | None = None) -> None:
    """Let a room say how people stand in steps of its kind, when they were last there, and what such a step is about;
    again replaces."""
    if ask:
        _ASKED[kind] = ask
    if last:
        _LAST[kind] = last
    if about:
        _ABOUT[kind] = about


def stands(session: Session, person_id: int, steps: Sequence[tuple[int, str]]) -> dict[int, Stand]:
    """One person's, by step id, for steps given as (id, kind)."""
    return {step_id: stand for (_person, step_id), stand in of_people(session, [person_id], steps).items()}


def of_people(session: Session, people: Collection[int], steps: Sequence[tuple[int, str]]) -> Stands:
    """By person id and step id."""
    found: Stands = {}
    for kind, ask in _ASKED.items():
        own = [step_id for step_id, each in steps if each == kind]
        if own:
            found |= ask(session, people, own)
    return found


def last_there(session: Session, cohort_id: int) -> dict[int, datetime]:
    """When each learner of a cohort was last at work in another room, by person id."""
    found: dict[int, datetime] = {}
    for last in _LAST.values():
        for person_id, at in last(session, cohort_id).items():
            found[person_id] = max(at, found.get(person_id, at))
    return found


def about(session: Session, person: Any, module: Any) -> dict[int, str]:
    """What steps of a module are about, and what completes them, by step id, as far as their rooms say."""
    found: dict[int, str] = {}
    for kind in {step.kind for step in module.steps} & _ABOUT.keys():
        found |= _ABOUT[kind](session, person, module)
    return found
