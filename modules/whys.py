"""Why something stands as it does: the verdict, the rule and the facts behind it, in words, at one address.

A room registers a function for each kind of thing that it explains: whys.register("certificate", explain) in its
doors.py makes /why/certificate/<public id> for the person, and the same under a cohort's learner for trainers. It
answers None for what the reader may not see. A room whose steps have facts of its own registers
whys.tell("quiz", facts): the sentences that its steps add to what the spine says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose standing in what (its public id). A trainer asks in a `cohort` about a learner; else people ask about
    themselves."""

    person_id: int
    about: str
    reader: Any
    lang: str
    now: datetime
    cohort: Any = None
    zone: str = "UTC"  # In which rooms are to say days and hours.


@dataclass(frozen=True, slots=True)
class Why:
    """`verdict`, `rule` and `facts` are sentences; `back` is the page it is asked from.

    `cohort_id`: whose trainers hear that it is contested; None where it cannot be. `acts`: (url, label) of what a
    trainer may do about it.
    """

    title: Any
    verdict: Any
    rule: Any = ""
    facts: Sequence[Any] = ()
    back: str = ""
    cohort_id: int | None = None
    acts: Sequence[tuple[str, Any]] = ()

    @property
    def said(self) -> list[str]:
        """All of it as it was shown, to be kept."""
        return [str(each) for each in (self.title, self.verdict, self.rule, *self.facts) if each]


Explain = Callable[[Session, Asked], Why | None]
Tell = Callable[[Session, Asked, Any], Sequence[Any]]

_EXPLAINED: dict[str, Explain] = {}
_TOLD: dict[str, Tell] = {}


def register(kind: str, explain: Explain) -> None:
    """Explain things of a kind; again replaces."""
    _EXPLAINED[kind] = explain


def tell(kind: str, facts: Tell) -> None:
    """Add the facts of a room to its steps: called with the step as its person sees it."""
    _TOLD[kind] = facts


def explain(session: Session, kind: str, asked: Asked) -> Why | None:
    """Why it stands so, or None where nobody explains it, or not to this reader."""
    found = _EXPLAINED.get(kind)
    return found(session, asked) if found else None


def told(session: Session, asked: Asked, step: Any) -> Sequence[Any]:
    """What the step's room adds."""
    found = _TOLD.get(step.kind)
    return found(session, asked, step) if found else ()
