"""Make a case and tell it, version by version."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n import lazy
from app.people.countries import codes
from app.people.models import Person
from app.text import clean_line, clean_text, render, says_nothing
from modules.cases.models import Case, CaseHeading, CaseText
from modules.cases.queries.sheet import newest_texts
from modules.cases.rules import FACT_STAGE, FACTS, Consent, Facet, Stage

LONGEST_TITLE = 200
LONGEST_FACT = 2_000
LONGEST_TEXT = 20_000
HEADING = 4


def create_case(
    session: Session,
    cycle_id: int,
    *,
    country: str,
    title: str,
    by: Person | None,
    now: datetime,
    facts: Mapping[str, str] | None = None,
    consent: str = Consent.COHORT,
    lang: str = "fr",
    cohort_id: int | None = None,
) -> Case:
    """A new case; without any fact it is an empty template, marked as such. It is told by the cohort in which it was
    made, whose consent guards its very title; without one it belongs to all of the cycle until somebody tells it."""
    facts = {fact: text for fact, text in (facts or {}).items() if not says_nothing(text)}
    case = Case(
        cycle_id=cycle_id,
        cohort_id=cohort_id,
        country=_country(country),
        title=title_of(title),
        consent=_consent(consent),
        lang=lang,
        template_at=now,
        created_at=now,
        created_by_id=by.id if by else None,
    )
    session.add(case)
    session.flush()
    _keep_heading(session, case, by=by, now=now)
    _keep_facts(session, case, facts, by=by, now=now, cohort_id=cohort_id)
    return case


def tell_facts(
    session: Session,
    case: Case,
    *,
    country: str,
    title: str,
    facts: Mapping[str, str],
    consent: str,
    lang: str,
    by: Person,
    now: datetime,
    cohort_id: int | None,
) -> None:
    """Change country, title, facts and consent; the earlier versions stay."""
    known = (case.country, case.title, case.consent, case.lang)
    told = (_country(country), title_of(title), _consent(consent), lang)
    if told != known:
        case.country, case.title, case.consent, case.lang = told
        _keep_heading(session, case, by=by, now=now)
    _keep_facts(session, case, facts, by=by, now=now, cohort_id=cohort_id)


def tell_stage(
    session: Session,
    case: Case,
    stage: Stage,
    texts: Mapping[str, str],
    *,
    lang: str,
    by: Person,
    now: datetime,
    cohort_id: int | None,
) -> int:
    """Keep a new version of each text of the stage that changed; how many did."""
    known = {facet: text.body for (_, facet), text in newest_texts(session, case.id, stage=stage).items()}
    changed = 0
    for facet in Facet:
        body = _optional(texts.get(facet, ""), facet)
        if body != known.get(facet, ""):
            _keep(session, case, stage, facet, body, render(body, base_level=HEADING, breaks=True), lang, by, now)
            changed += 1
    if changed:
        _claim(case, cohort_id)
    session.flush()
    return changed


def title_of(title: str) -> str:
    """A title of one line."""
    try:
        line = re.sub(" +", " ", clean_line(title, longest=LONGEST_TITLE))  # No-break spaces stay.
    except Invalid as refusal:
        raise Invalid(fields={"title": refusal.sentence}) from refusal
    if not line:
        raise Invalid(fields={"title": lazy("Write the title.")})
    return line


def _keep_heading(session: Session, case: Case, *, by: Person | None, now: datetime) -> None:
    named = {"country": case.country, "title": case.title, "consent": case.consent, "lang": case.lang}
    session.add(CaseHeading(case_id=case.id, at=now, by_id=by.id if by else None, **named))


def _keep_facts(
    session: Session,
    case: Case,
    facts: Mapping[str, str],
    *,
    by: Person | None,
    now: datetime,
    cohort_id: int | None,
) -> None:
    changed = False
    for fact in FACTS:
        body = _optional(facts.get(fact, getattr(case, fact) or ""), fact, LONGEST_FACT)
        if body != (getattr(case, fact) or ""):
            setattr(case, fact, body)
            html = render(body, base_level=HEADING, breaks=True)
            _keep(session, case, FACT_STAGE, fact, body, html, case.lang, by, now)
            changed = True
    if changed:
        _claim(case, cohort_id)
    session.flush()


def _keep(
    session: Session,
    case: Case,
    stage: str,
    facet: str,
    body: str,
    html: str,
    lang: str,
    by: Person | None,
    now: datetime,
) -> None:
    session.add(
        CaseText(
            case_id=case.id,
            stage=stage,
            facet=facet,
            body=body,
            html=html,
            lang=lang,
            at=now,
            by_id=by.id if by else None,
        )
    )


def _claim(case: Case, cohort_id: int | None) -> None:
    """The first text ends the template, and the cohort that tells it owns it, unless it was made in another."""
    if case.template_at is not None:
        case.template_at = None
        case.cohort_id = case.cohort_id or cohort_id


def _optional(text: str, field: str, longest: int = LONGEST_TEXT) -> str:
    if says_nothing(text):
        return ""
    try:
        return clean_text(text, longest=longest)
    except Invalid as refusal:
        raise Invalid(fields={field: refusal.sentence}) from refusal


def _country(code: str) -> str:
    if code not in codes():
        raise Invalid(fields={"country": lazy("Choose a country from the list.")})
    return code


def _consent(level: str) -> str:
    if level not in list(Consent):
        raise Invalid(fields={"consent": lazy("Choose how far this may be shared.")})
    return str(level)
