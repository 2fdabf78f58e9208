"""Cycles, modules and steps are made, named, ordered, put away and brought back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import once, refusing
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.text import LONGEST_LINE, clean_line, clean_text, render
from modules import rules
from modules.models import (
    Cycle,
    CycleRule,
    CycleTitle,
    Module,
    ModuleTitle,
    RuleVersion,
    Step,
    StepTitle,
)

Titles = Mapping[str, str]
LONGEST_PAGE = 200_000
LONGEST_NUMBER = 8
LONGEST_SUMMARY = 1_000


def add_cycle(session: Session, titles: Titles, *, now: datetime) -> Cycle:
    """A new, empty cycle."""
    cycle = Cycle(created_at=now)
    session.add(cycle)
    session.flush()
    name(session, cycle, titles)
    session.add(CycleRule(cycle_id=cycle.id, number=1, terms={}, at=now))
    session.flush()
    return cycle


def add_module(
    session: Session, cycle: Cycle, titles: Titles, *, now: datetime, by: Any = None, number: str | None = None,
    kind: str = "recorded", summaries: Titles | None = None,
) -> Module:  # fmt: skip
    """A module at the end of the cycle, with its first rule version."""
    last = session.scalar(sa.select(sa.func.max(Module.position)).where(Module.cycle_id == cycle.id))
    module = Module(cycle_id=cycle.id, position=(last or 0) + 1, kind=kind, created_at=now)
    session.add(module)
    session.flush()
    describe(session, module, titles, summaries, number=number, kind=kind)
    session.add(RuleVersion(module_id=module.id, number=1, terms={}, at=now, by_id=by and by.id))
    session.flush()
    return module


def describe(
    session: Session, module: Module, titles: Titles, summaries: Titles | None = None, *, number: str | None, kind: str
) -> None:
    """Set number, kind, titles and summaries of a module."""
    _number(session, module, line(number or "", "number", longest=LONGEST_NUMBER))
    module.kind = kind
    name(session, module, titles, summaries)


def _number(session: Session, module: Module, number: str) -> None:
    """Only one living module of a cycle has a number."""
    if number == (module.number or ""):
        return
    if number and not rules.is_number(number):
        raise Invalid(fields={"number": lazy("Begin the number with a figure or a letter: 3, 3 bis, A.")})
    with refusing(session, Invalid(fields={"number": lazy("Another module of this cycle has this number.")})):
        module.number = number or None


def add_step(session: Session, module: Module, kind: str, titles: Titles, *, now: datetime, **content: Any) -> Step:
    """A step at the end of the module. `content`: recording_id and share, body and lang, or the four of a file.

    The share counts for every cohort that has the module, now or later, until a new rule version says another.
    """
    checked_share(content.get("share", rules.DEFAULT_THRESHOLD))
    last = session.scalar(sa.select(sa.func.max(Step.position)).where(Step.module_id == module.id))
    step = Step(module_id=module.id, position=(last or 0) + 1, kind=kind, created_at=now)
    session.add(step)
    session.flush()
    name(session, step, titles)
    fill(session, step, **content)
    return step


def fill(session: Session, step: Step, **content: Any) -> None:
    """Change what a step holds; a page's clean HTML is made here, once."""
    if "body" in content:
        content["body"] = _beside("body", lambda: clean_text(content["body"], longest=LONGEST_PAGE))
        content["html"] = render(content["body"])
    for field, value in content.items():
        setattr(step, field, value)
    session.flush()


def name(session: Session, row: Cycle | Module | Step, titles: Titles, summaries: Titles | None = None) -> None:
    """Set the titles by language; an empty one removes the language, French must stay."""
    named = {lang: line(text, f"title_{lang}") for lang, text in titles.items()}
    if not named.get("fr"):
        raise Invalid(fields={"title_fr": lazy("Write the title in French.")})
    tables: dict[type, tuple[Any, str]] = {
        Cycle: (CycleTitle, "cycle_id"), Module: (ModuleTitle, "module_id"), Step: (StepTitle, "step_id"),
    }  # fmt: skip
    table, column = tables[type(row)]
    known: dict[str, Any] = {
        each.lang: each for each in session.scalars(sa.select(table).where(getattr(table, column) == row.id))
    }
    for lang, text in named.items():
        kept = known.get(lang)
        if not text:
            if kept is not None:
                session.delete(kept)
            continue
        if kept is None:
            kept = table(**{column: row.id, "lang": lang, "title": text})
            if not once(session, kept):
                raise Conflict(lazy("Somebody has just named it as well. Look at its titles."))
        kept.title = text
        if isinstance(kept, ModuleTitle) and summaries is not None:
            kept.summary = _summary(summaries.get(lang, ""), lang)
    session.flush()


def line(text: str, field: str, *, longest: int = LONGEST_LINE) -> str:
    """The line as it is kept; its refusal stands beside the field."""
    return _beside(field, lambda: clean_line(text, longest=longest))


def checked_share(share: float) -> float:
    """A share of a recording that may be asked for."""
    if not 0.05 <= share <= 1:
        raise Invalid(fields={"threshold": lazy("Write a share between 5 and 100%.")})
    return share


def _summary(text: str, lang: str) -> str:
    kept = _beside(f"summary_{lang}", lambda: clean_text(text, longest=LONGEST_SUMMARY) if text.strip() else "")
    return kept.strip()


def _beside(field: str, cleaned: Callable[[], str]) -> str:
    try:
        return cleaned()
    except Invalid as refusal:
        raise Invalid(fields={field: refusal.sentence}) from refusal
