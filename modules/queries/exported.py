"""Facts of watching as statements for other systems, in the order in which they came; nothing is held in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Cohort, Membership, Person
from app.people.rules import Role
from media.models import Version
from modules import rules
from modules.models import Assignment, Completion, Module, RuleVersion, Step, StepTitle, Watching, WatchingRevocation
from modules.queries.statements import newest_version, revoked, stands

AT_ONCE = 500


@dataclass(frozen=True)
class Wanted:
    """Which statements: since when, of which cohort; all of them where nothing is said."""

    since: datetime | None = None
    cohort_id: int | None = None


def statements(session: Session, base: str, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """All that count: what was watched, then what is done."""
    steps = _steps(session)
    for fact in session.execute(_facts(wanted).execution_options(yield_per=AT_ONCE)):
        yield rules.xapi.watched(_about(fact, steps), base)
    for done in session.execute(_done(wanted).execution_options(yield_per=AT_ONCE)):
        yield rules.xapi.completed(_about(done, steps), base)


def next_facts(session: Session, base: str, after: int, many: int) -> list[tuple[int, dict[str, Any]]]:
    """The next facts after this one, each with its statement."""
    steps = _steps(session)
    rows = session.execute(_facts(Wanted()).where(Watching.id > after).limit(many)).all()
    return [(row.id, rules.xapi.watched(_about(row, steps), base)) for row in rows]


def next_done(session: Session, base: str, after: int, many: int) -> list[tuple[int, dict[str, Any]]]:
    """The next completions after this one."""
    steps = _steps(session)
    rows = session.execute(_done(Wanted()).where(Completion.id > after).limit(many)).all()
    return [(row.id, rules.xapi.completed(_about(row, steps), base)) for row in rows]


def next_voided(session: Session, base: str, after: int, upto: int, many: int) -> list[tuple[int, dict[str, Any]]]:
    """The next revocations after this one, of facts that were sent (`upto`)."""
    rows = session.execute(
        sa.select(
            WatchingRevocation.id, WatchingRevocation.watching_id, WatchingRevocation.at,
            Person.public_id.label("by"),
        )
        .outerjoin(Person, Person.id == WatchingRevocation.by_id)
        .where(WatchingRevocation.id > after, WatchingRevocation.watching_id <= upto)
        .where(WatchingRevocation.undone_at.is_(None))
        .order_by(WatchingRevocation.id)
        .limit(many)
    )  # fmt: skip
    return [(row.id, rules.xapi.voided(row._asdict(), base)) for row in rows]


def _facts(wanted: Wanted) -> Any:
    at = sa.func.coalesce(Watching.ended_at, Watching.received_at, type_=Watching.received_at.type)
    statement = (
        sa.select(
            Watching.id, Watching.step_id, Watching.segments, Watching.position, Watching.speed, Watching.klass,
            Person.public_id.label("person"), Version.duration, at.label("at"),
        )
        .join(Person, Person.id == Watching.person_id)
        .join(Step, Step.id == Watching.step_id)
        .join(Version, Version.id == Watching.version_id)
        .where(~revoked())
        .order_by(Watching.id)
    )  # fmt: skip
    return _among(statement, wanted, Watching.person_id, Watching.received_at)


def _done(wanted: Wanted) -> Any:
    statement = (
        sa.select(
            Completion.id, Completion.step_id, Person.public_id.label("person"), Completion.at, Version.duration
        )
        .join(Person, Person.id == Completion.person_id)
        .join(Step, Step.id == Completion.step_id)
        .outerjoin(Version, Version.id == newest_version())
        .where(Step.kind == "recording", stands())
        .order_by(Completion.id)
    )  # fmt: skip
    return _among(statement, wanted, Completion.person_id, Completion.at)


def _among(statement: Any, wanted: Wanted, person_id: Any, at: Any) -> Any:
    if wanted.since is not None:
        statement = statement.where(at >= wanted.since)
    if wanted.cohort_id is not None:
        learners = sa.select(Membership.person_id).where(
            Membership.cohort_id == wanted.cohort_id, Membership.role == Role.LEARNER
        )
        given = sa.select(Assignment.module_id).where(Assignment.cohort_id == wanted.cohort_id)
        statement = statement.where(person_id.in_(learners), Step.module_id.in_(given))
    return statement


def _steps(session: Session) -> Mapping[int, dict[str, Any]]:
    """What statements say of each recording step: its title in its first language, and what its newest rule asks."""
    versions = sa.select(RuleVersion.module_id, RuleVersion.terms).order_by(RuleVersion.number)
    terms: dict[int, Any] = {row[0]: row[1] for row in session.execute(versions)}  # The newest comes last.
    rows = session.execute(
        sa.select(
            Step.id, Step.public_id, Step.module_id, Step.share, Module.public_id, StepTitle.lang, StepTitle.title
        )
        .join(Module, Module.id == Step.module_id)
        .outerjoin(StepTitle, StepTitle.step_id == Step.id)
        .where(Step.recording_id.is_not(None))
        .order_by(Step.id, sa.desc(StepTitle.lang == "fr"), StepTitle.lang)
    )
    found: dict[int, dict[str, Any]] = {}
    for step_id, public_id, module_id, share, module, lang, title in rows:
        asked = rules.threshold(terms.get(module_id), public_id, share)
        told = {"step": public_id, "module": module, "threshold": asked, "lang": lang or "fr", "title": title or ""}
        found.setdefault(step_id, told)
    return found


def _about(row: Any, steps: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    nothing = {"step": str(row.step_id), "module": "", "threshold": None, "lang": "fr", "title": ""}
    return {**row._asdict(), **steps.get(row.step_id, nothing)}


def cohort_named(session: Session, public_id: str) -> int | None:
    """The id of a cohort, for the command line."""
    return session.scalar(sa.select(Cohort.id).where(Cohort.public_id == public_id))
