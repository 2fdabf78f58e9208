"""The sheet of one case, as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.i18n import direction
from app.people.models import Person
from modules.cases import words
from modules.cases.access import may_identify, may_read_texts
from modules.cases.models import Case, CaseHeading, CaseText
from modules.cases.rules import FACT_STAGE, FACTS, IDENTIFYING, RUBRICS, Facet, Filling, rubric_fillings


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the sheet: what it tells, its clean HTML and its language."""

    facet: str
    label: Any
    html: str
    body: str
    lang: str
    dir: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """One part of the sheet; `texts` are in the order of the page, empty ones included."""

    name: str
    label: Any
    prompt: Any
    filling: Filling
    word: Any
    texts: list[Text]
    is_stage: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    """An earlier text of the sheet."""

    text: Text
    at: Any
    by: str | None


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """What a case was called, and how far it might be shared, from a moment on."""

    heading: CaseHeading
    sharing: Any
    by: str | None


def facts_of(case: Case) -> dict[str, str]:
    """The facts of a case by name."""
    return {fact: getattr(case, fact) or "" for fact in FACTS}


def facts_filled(_session: Session, case: Case) -> dict[str, Any]:
    """What the form of the facts holds when it is opened."""
    heading = {"country": case.country, "title": case.title, "consent": case.consent, "language": case.lang}
    return heading | facts_of(case)


def stage_filled(stage: str, session: Session, case: Case) -> dict[str, Any]:
    """What the form of a stage holds when it is opened."""
    texts = newest_texts(session, case.id, stage)
    return {facet: text.body for (_, facet), text in texts.items()} | {"language": case.lang}


def newest_texts(session: Session, case_id: int, stage: str | None = None) -> dict[tuple[str, str], CaseText]:
    """The newest version of each text, by stage and facet; emptied ones included."""
    newest = select(func.max(CaseText.id)).where(CaseText.case_id == case_id)
    if stage:
        newest = newest.where(CaseText.stage == stage)
    newest = newest.group_by(CaseText.stage, CaseText.facet)
    return {(text.stage, text.facet): text for text in session.scalars(select(CaseText).where(CaseText.id.in_(newest)))}


def rubrics(session: Session, case: Case, person: Person) -> list[Rubric]:
    """The sheet of a case, part by part, as far as its consent opens it to this reader."""
    if not may_read_texts(case, person):
        return [_rubric(Case(lang=case.lang), name, held, {}, Filling.EMPTY) for name, held in RUBRICS]
    texts = newest_texts(session, case.id)
    left_out = frozenset() if may_identify(case, person) else IDENTIFYING
    facts = {fact: text for fact, text in facts_of(case).items() if fact not in left_out}
    fillings = rubric_fillings(facts, {key for key, text in texts.items() if text.body})
    shown = [(name, tuple(fact for fact in held if fact not in left_out), not held) for name, held in RUBRICS]
    return [_rubric(case, name, held, texts, fillings[name]) for name, held, stage in shown if held or stage]


def versions(session: Session, case: Case, stage: str) -> list[VersionRow]:
    """All versions of the texts of a stage, the newest first."""
    labels = {**words.FACETS, **words.FACTS}
    found = (
        select(CaseText, Person.name, Person.erased_at)
        .outerjoin(Person, Person.id == CaseText.by_id)
        .where(CaseText.case_id == case.id, CaseText.stage == stage)
        .order_by(CaseText.id.desc())
        .limit(200)
    )
    return [
        VersionRow(_text(text.facet, labels[text.facet], text), text.at, None if erased else name)
        for text, name, erased in session.execute(found)
    ]


def headings(session: Session, case: Case) -> list[HeadingRow]:
    """Country, title and consent as they were, the newest first."""
    found = (
        select(CaseHeading, Person.name, Person.erased_at)
        .outerjoin(Person, Person.id == CaseHeading.by_id)
        .where(CaseHeading.case_id == case.id)
        .order_by(CaseHeading.id.desc())
        .limit(200)
    )
    return [
        HeadingRow(row, words.CONSENTS[row.consent], None if e else name) for row, name, e in session.execute(found)
    ]


def _rubric(
    case: Case, name: str, held: tuple[str, ...], texts: Mapping[tuple[str, str], CaseText], filling: Filling
) -> Rubric:
    stage, facets, labels = (FACT_STAGE, held, words.FACTS) if held else (name, tuple(Facet), words.FACETS)
    shown = [_text(facet, labels[facet], texts.get((stage, facet)), case.lang) for facet in facets]
    return Rubric(name, words.RUBRICS[name], words.PROMPTS[name], filling, words.FILLINGS[filling], shown, not held)


def _text(facet: str, label: Any, text: CaseText | None, lang: str = "fr") -> Text:
    lang = text.lang if text else lang
    return Text(facet, label, text.html if text else "", text.body if text else "", lang, direction(lang))
