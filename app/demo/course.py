"""The demonstration's cycle as rows: modules, steps, rules, and who has them until when."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.config import Config
from app.demo import recordings
from app.demo.content import (
    CASES_PLACE,
    CASES_TITLE,
    CYCLE,
    LANGUAGE,
    MODULES,
    RECORDING_TITLE,
    SITTING_TITLE,
    ModuleText,
)
from app.demo.persons import Group
from app.people.models import Person
from app.text import render
from media.models import Version
from modules.actions import When, add_sitting
from modules.actions.assigning import note
from modules.models import (
    Assignment,
    Cycle,
    CycleTitle,
    Module,
    ModuleTitle,
    RuleVersion,
    Step,
    StepTitle,
)
from modules.rules import DEFAULT_THRESHOLD, day_of, end_of_day, start_of_day

SITTING_DAY = date(2023, 5, 16)
SITTING_ZONE = "Africa/Casablanca"  # Marrakech keeps the time of Morocco, wherever a cohort is.
OPEN_SINCE_DAYS = 21
DUE_EVERY_DAYS = 7


@dataclass
class Taught:
    """A module with its rows; `steps` by kind, for each kind stands once in it."""

    text: ModuleText
    place: int
    module: Module
    version: Version
    steps: dict[str, Step] = field(default_factory=dict)
    rules: RuleVersion | None = None


def load(
    session: Session, config: Config, now: datetime, admin: Person, groups: list[Group]
) -> tuple[Cycle, list[Taught]]:
    """Write the cycle and give it to the cohorts: open since three weeks, one module due every week."""
    cycle = Cycle(created_at=now)
    session.add(cycle)
    session.flush()
    session.add_all(CycleTitle(cycle_id=cycle.id, lang=lang, title=title) for lang, title in CYCLE.items())
    course = [_module(session, config, now, admin, cycle, text, place) for place, text in enumerate(MODULES)]
    for taught in course:
        for group in groups:
            _assign(session, now, admin, taught, group)
    session.flush()
    return cycle, course


def _module(
    session: Session, config: Config, now: datetime, admin: Person, cycle: Cycle, text: ModuleText, place: int
) -> Taught:
    module = Module(cycle_id=cycle.id, position=place + 1, number=text.number, kind=text.kind, created_at=now)
    session.add(module)
    session.flush()
    version = recordings.announce(session, config, now, admin, text)
    for lang, title in text.title.items():
        summary = text.summary if lang == LANGUAGE else ""
        session.add(ModuleTitle(module_id=module.id, lang=lang, title=title, summary=summary))
    taught = Taught(text, place, module, version)
    _steps(session, now, taught)
    terms = {taught.steps["recording"].public_id: {"coverage": DEFAULT_THRESHOLD}}
    taught.rules = RuleVersion(module_id=module.id, number=1, terms=terms, at=now, by_id=admin.id)
    session.add(taught.rules)
    session.flush()
    return taught


def _steps(session: Session, now: datetime, taught: Taught) -> None:
    page = taught.text.page
    titles = {"recording": RECORDING_TITLE, "page": page.title}
    if taught.text.kind == "in_person":
        titles = {"in_person": SITTING_TITLE, **titles, "cases": CASES_TITLE}
    for position, kind in enumerate([*titles, "quiz"], start=1):
        step = Step(module_id=taught.module.id, position=position, kind=kind, lang=LANGUAGE, created_at=now)
        if kind == "page":
            step.body, step.html = page.body, render(page.body)
        if kind == "recording":
            step.recording_id = taught.version.recording_id
        taught.steps[kind] = step
    session.add_all(taught.steps.values())
    session.flush()
    for kind, step in taught.steps.items():
        named = titles.get(kind, taught.text.quiz)
        session.add_all(StepTitle(step_id=step.id, lang=lang, title=title) for lang, title in named.items())


def _assign(session: Session, now: datetime, admin: Person, taught: Taught, group: Group) -> None:
    assert taught.rules is not None
    zone, today = group.cohort.zone, day_of(now, group.cohort.zone)
    assignment = Assignment(
        cohort_id=group.cohort.id, module_id=taught.module.id, rule_version_id=taught.rules.id, zone=zone,
        opens_at=start_of_day(today - timedelta(days=OPEN_SINCE_DAYS), zone),
        due_at=end_of_day(today + timedelta(days=DUE_EVERY_DAYS * (taught.place + 1)), zone),
        at=now, by_id=admin.id,
    )  # fmt: skip
    session.add(assignment)
    note(session, assignment, "given", now=now, by=admin)
    if "in_person" in taught.steps:
        when = When(SITTING_DAY, SITTING_ZONE)  # The report gives the day of the sitting and no hour.
        add_sitting(session, taught.steps["in_person"], group.cohort, when, place=CASES_PLACE, now=now, by=admin)
