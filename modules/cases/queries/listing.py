"""The list of cases: searched, one country or all, a page at a time, with what is new in each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.db import fetch, within
from app.i18n import Said
from app.people.models import Person
from app.text import fold
from modules.cases import words
from modules.cases.access import Place, may_archive, may_identify
from modules.cases.models import Case, CaseText
from modules.cases.queries.sheet import facts_of
from modules.cases.queries.threads import Activity, activities, activity
from modules.cases.rules import FACT_STAGE, Filling, rubric_fillings

PER_PAGE = 20
_HEADS = (
    select(Case.id, Case.title, Case.lang, Case.country, Case.cohort_id, Case.consent, Case.cycle_id, Case.archived_at)
    .where(Case.cycle_id.in_(bindparam("cycles", expanding=True)))
    .order_by(Case.id)
)
_CASES = select(Case).where(Case.id.in_(bindparam("cases", expanding=True))).order_by(Case.id)
_NEWEST = (
    select(func.max(CaseText.id))
    .where(CaseText.case_id.in_(bindparam("cases", expanding=True)), CaseText.stage != FACT_STAGE)
    .group_by(CaseText.case_id, CaseText.stage, CaseText.facet)
)
_FILLED = select(CaseText.case_id, CaseText.stage, CaseText.facet).where(CaseText.id.in_(_NEWEST), CaseText.body != "")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list."""

    case: Case
    filled: int
    of: int
    activity: Activity


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of the list; `found` cases fit what was asked of `total`, `unread` posts are new in all of them.

    `archived` are how many the reader may bring back, `countries` those whose cases the reader may know to be theirs.
    """

    rows: list[CaseRow]
    number: int
    pages: int
    found: int
    total: int
    unread: int
    archived: int
    countries: list[str]


def cases_in(session: Session, cycle_id: int) -> int:
    """How many cases a cycle has."""
    here = (Case.cycle_id == cycle_id, Case.archived_at.is_(None))
    return session.scalar(select(func.count()).where(*here)) or 0


def page_of(
    session: Session,
    place: Place,
    person: Person,
    number: int,
    *,
    country: str | None = None,
    search: str = "",
    archived: bool = False,
) -> CasePage:
    """One page of a cycle's cases, or of its archived ones, in the order in which they were made; beyond the last page,
    the last."""
    every = fetch(session, _HEADS, {"cycles": [place.cycle_id]})
    away = [head for head in every if head.archived_at is not None and may_archive(head, person)]
    heads = away if archived else _at_hand(every)
    known = [head for head in heads if may_identify(head, person)]
    fitting = [head.id for head in (known if country or search else heads) if _fits(head, country, search)]
    news = activity(session, [head.id for head in heads], place.cohort_id, person.id)
    number, pages = within(number, len(fitting), PER_PAGE)
    return CasePage(
        rows=_rows(session, fitting[(number - 1) * PER_PAGE : number * PER_PAGE], news),
        number=number,
        pages=pages,
        found=len(fitting),
        total=len(heads),
        unread=sum(one.unread for one in news.values()),
        archived=len(away),
        countries=list(dict.fromkeys(head.country for head in known)),
    )


def case_names(session: Session, person: Person, cycle_id: int) -> list[str]:
    """What the cases of a cycle are called, where this reader may know whose they are."""
    heads = _at_hand(fetch(session, _HEADS, {"cycles": [cycle_id]}))
    return [
        Said(head.title, head.lang) if may_identify(head, person) else words.unnamed(head.consent) for head in heads
    ]


def cases_of(session: Session, places: Sequence[Place], person: Person) -> list[tuple[Place, CaseRow]]:
    """All cases of each place, in the order in which they were made, with what is new in that cohort's threads; the
    number of statements is constant."""
    heads = _at_hand(fetch(session, _HEADS, {"cycles": list({place.cycle_id for place in places})}))
    ids = [head.id for head in heads]
    news = activities(session, ids, {place.cohort_id for place in places}, person.id)
    rows = {row.case.id: row for row in _rows(session, ids, {})}
    return [
        (place, replace(rows[head.id], activity=news.get((head.id, place.cohort_id), Activity())))
        for place in places
        for head in heads
        if head.cycle_id == place.cycle_id
    ]


def _at_hand(heads: Sequence[Any]) -> list[Any]:
    return [head for head in heads if head.archived_at is None]


def _fits(head: Any, country: str | None, search: str) -> bool:
    return country in (None, "", head.country) and fold(search.strip()) in fold(head.title)


def _rows(session: Session, case_ids: list[int], news: dict[int, Activity]) -> list[CaseRow]:
    texts = _filled_texts(session, case_ids)
    rows = []
    for case in session.scalars(_CASES, {"cases": case_ids}):
        fillings = rubric_fillings(facts_of(case), texts.get(case.id, set()))
        filled = sum(filling is Filling.FILLED for filling in fillings.values())
        rows.append(CaseRow(case, filled, len(fillings), news.get(case.id, Activity())))
    return rows


def _filled_texts(session: Session, case_ids: list[int]) -> dict[int, set[tuple[str, str]]]:
    filled: dict[int, set[tuple[str, str]]] = {}
    for case_id, stage, facet in fetch(session, _FILLED, {"cases": case_ids}):
        filled.setdefault(case_id, set()).add((stage, facet))
    return filled
