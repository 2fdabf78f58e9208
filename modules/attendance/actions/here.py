"""Somebody notes the own presence by the code on the wall; a facilitator notes somebody by the code on a card."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n import gettext, hour, lazy
from app.people.models import Cohort, Person
from modules.attendance import rules
from modules.attendance.actions.noting import Note, attend, attend_each
from modules.attendance.actions.writing import About
from modules.attendance.queries.halves import HalfRow, halves
from modules.attendance.queries.here import Place, others, places
from modules.attendance.queries.lines import Line, standing
from modules.models import Step

UNKNOWN = lazy("This is not the code on the wall. Look at it again: it has six letters and digits.")
ELSEWHERE = lazy("This code belongs to another cohort’s day.")
NOBODY = lazy("No card of this cohort has this code. Look at it again: it has six letters and digits.")


@dataclass(frozen=True, slots=True)
class Here:
    """Where somebody is noted as present, and whether that was noted already."""

    place: Place
    already: bool


def check_in(
    session: Session, person: Person, typed: str, key: str, *, now: datetime, later: bool = False,
    client_id: str | None = None, about: About,
) -> Here:  # fmt: skip
    """Note that the person is there. `later`: the code waited on a device without network, and tells its minute itself;
    else it holds for a few minutes after the wall has gone on. Twice is once."""
    code, mine = rules.read(typed), places(session, person, now)
    for place in mine:
        span = place.half.span
        if rules.on_the_wall(key, place.half.public_id, code, now) is not None or (
            later and rules.was_on_the_wall(key, place.half.public_id, code, span, now) is not None
        ):
            return _noted(session, person, place, now, client_id, about)
    raise Invalid(fields={"code": _why(session, mine, code, key, now)})


def _noted(session: Session, person: Person, place: Place, now: datetime, client_id: str | None, about: About) -> Here:
    half, parts = place.half, [row.part for row in halves(session, place.cohort.id, place.step.id)]
    was = standing(session, place.step, [person.id], parts)[person.id].of(half.id).present
    if was is not True:
        attend(
            session, place.cohort, place.step, person, present=True, by=person, now=now, half=half, about=about,
            sure=True, client_id=client_id, knew=True,
        )  # fmt: skip
    return Here(place, bool(was))


def _why(session: Session, mine: list[Place], code: str, key: str, now: datetime) -> Any:
    """What is the matter with a code that notes nothing."""
    for place in mine:
        number = rules.was_on_the_wall(key, place.half.public_id, code, place.half.span, now)
        if number is not None:
            said = hour(rules.shown_at(number), place.half.zone)
            return gettext("This code was on the wall at %(hour)s and no longer holds. Type the one of now.", hour=said)
    known = {place.half.public_id for place in mine}
    theirs = [half.public_id for half in others(session, now) if half.public_id not in known]
    return ELSEWHERE if any(rules.on_the_wall(key, half, code, now) is not None for half in theirs) else UNKNOWN


def show_card(
    session: Session, cohort: Cohort, step: Step, lines: list[Line], typed: str, key: str, *, half: HalfRow | None,
    by: Any, now: datetime, about: About, sure: bool = False,
) -> Line:  # fmt: skip
    """Note whose card was shown as present; whoever is so already stays so."""
    by_id = {line.public_id: place for place, line in enumerate(lines)}
    place = rules.holder(key, cohort.public_id, by_id, rules.read(typed))
    if place is None:
        raise Invalid(fields={"card": NOBODY})
    line = lines[place]
    note = Note(line.id, True, was=line.noted.present)
    attend_each(session, cohort, step, [note], by=by, now=now, half=half, about=about, sure=sure)
    return line
