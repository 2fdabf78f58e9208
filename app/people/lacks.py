"""What a cohort still lacks once its people are enrolled, told by the rooms that have the page for it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy.orm import Session

from app.people.models import Cohort


@dataclass(frozen=True)
class Lack:
    """A sentence that says what is missing, and the page where it is given, under its word."""

    sentence: str
    word: str
    url: str


Tell = Callable[[Session, Cohort], Lack | None]


def provide(app: Flask, tell: Tell) -> None:
    """Let a room above say what it misses."""
    app.extensions.setdefault("lacks", []).append(tell)


def lacks(session: Session, cohort: Cohort) -> list[Lack]:
    """All that is missing, in the order in which the rooms were opened."""
    told = [tell(session, cohort) for tell in current_app.extensions.get("lacks", ())]
    return [lack for lack in told if lack is not None]
